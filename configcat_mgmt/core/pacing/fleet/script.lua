-- All decisions about one pace, each taken as a whole and by the clock of Redis alone.
--
-- KEYS: 1 state of the fleet; for an endpoint also 2 flights, 3 answers, 4 its state.
-- ARGV: one JSON object, see `Question` in store.py. Times are in microseconds.
--
-- A place is taken from the moment a token is handed out: as a member of `flights`
-- until the answer is booked or the lease ends, and then as a member of `answers`,
-- scored by the time of the answer, until that is a window and a guard ago.

local ask = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

local fleet = redis.call('HMGET', KEYS[1], 'epoch', 'server', 'last', 'quiet', 'clock')
local epoch, server, scale = fleet[1], fleet[2], fleet[5] or ''
local last, quiet = tonumber(fleet[3] or 0), tonumber(fleet[4] or 0)

-- A new epoch begins where places may have been forgotten: there is no state, another
-- server answers (restarted, or promoted with some writes lost), or the clock jumped
-- back, so that every score lies in the future and means nothing. It hands out nothing
-- until all processes have had the time to book their places again.
local jumped = now < last - ask.jump
if ask.join or not epoch or jumped then
  local running = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''
  if not epoch or jumped or running ~= server then
    epoch, quiet = ask.fresh, now + ask.quiet
    if jumped then scale = epoch end
    redis.call('HSET', KEYS[1], 'epoch', epoch, 'server', running, 'clock', scale)
  elseif ask.away then
    quiet = math.max(quiet, now + ask.quiet)
  end
end
if not jumped then now = math.max(now, last) end
redis.call('HSET', KEYS[1], 'last', now, 'quiet', quiet)
redis.call('PEXPIRE', KEYS[1], ask.remember)
if not KEYS[2] then return {epoch} end

local flights, answers, state = KEYS[2], KEYS[3], KEYS[4]
local known, flat = {}, redis.call('HGETALL', state)
for i = 1, #flat, 2 do known[flat[i]] = flat[i + 1] end
if known.clock ~= scale then
  redis.call('DEL', flights, answers, state)
  redis.call('HSET', state, 'clock', scale)
  known = {}
end

-- The rules in force: of each window the strictest that a process named of late.
local rules = {}
for name, text in pairs(known) do
  local span, calls, guard, seen = string.match(name .. ' ' .. text,
    '^rule (%d+) (%d+) (%d+) (%d+)$')
  if span and now - tonumber(seen) < ask.keep * 1000 then
    rules[span] = {tonumber(calls), tonumber(span) + tonumber(guard)}
  elseif span then
    redis.call('HDEL', state, name)
  end
end
for _, rule in ipairs(ask.rules) do
  local span = string.format('%.0f', rule[2])
  if not rules[span] or rule[1] <= rules[span][1] then
    rules[span] = {rule[1], rule[2] + rule[3]}
    redis.call('HSET', state, 'rule ' .. span,
      string.format('%.0f %.0f %.0f', rule[1], rule[3], now))
  end
end
local longest
for _, rule in pairs(rules) do
  if not longest or rule[2] > longest[2] then longest = rule end
end

-- Calls that began or ended, with ages: what counts is the time, not the booking.
local sent = tonumber(known.sent or 0)
for _, call in ipairs(ask.calls) do
  local token, kind, time = call[1], call[2], now - call[3]
  local flew = redis.call('ZREM', flights, token)
  if kind == 'unused' then
    redis.call('ZREM', answers, token)
  else
    local set = kind == 'flight' and flights or answers
    local new = redis.call('ZADD', set, time, token)
    if flew == 0 and new == 1 then sent = sent + 1 end
  end
end

-- A lease that ended counts as answered then: nobody knows any better.
local ended = redis.call('ZRANGEBYSCORE', flights, '-inf', now, 'WITHSCORES')
for i = 1, #ended, 2 do
  redis.call('ZADD', answers, ended[i + 1], ended[i])
  redis.call('ZREM', flights, ended[i])
end
redis.call('ZREMRANGEBYSCORE', answers, '-inf', now - longest[2])

-- What the service said: how many calls others have made, and to wait after a 429.
local aside = tonumber(known.aside or 0)
local aside_until = tonumber(known.aside_until or 0)
if now >= aside_until then aside = 0 end
for _, seen in ipairs(ask.seen) do
  local others = longest[1] - seen[2] - (sent + seen[1])
  local till = now + seen[3]
  if others > 0 and till > now then
    others = math.min(others, longest[1])
    if aside > 0 and math.abs(till - aside_until) < longest[2] / 2 then
      others, till = math.max(others, aside), math.max(till, aside_until)
    end
    aside, aside_until = others, till
    redis.call('HSET', state, 'aside', aside, 'aside_until', aside_until)
  end
end
local held, asked = tonumber(known.held or 0), tonumber(known.asked or 0)
for _, hold in ipairs(ask.held) do
  if now + hold[1] > held then
    held, asked = now + hold[1], hold[2]
    redis.call('HSET', state, 'held', held, 'asked', asked)
  end
end

local flying = redis.call('ZCARD', flights)

-- Return when a rule lets one more call go; the second result says whether that is
-- certain, or only the earliest time at which a call in flight can give its place back.
local function earliest(calls, span)
  if flying >= calls then return now + span, false end
  local young = redis.call('ZCOUNT', answers, '(' .. string.format('%.0f', now - span), '+inf')
  local over = flying + young - calls
  if over < 0 then return now, true end
  local first = redis.call('ZRANGEBYSCORE', answers,
    '(' .. string.format('%.0f', now - span), '+inf', 'WITHSCORES', 'LIMIT', over, 1)
  return tonumber(first[2]) + span, true
end

local function next_place()
  local time, certain = math.max(now, held), true
  for _, rule in pairs(rules) do
    local at, sure = earliest(rule[1], rule[2])
    if rule == longest and aside > 0 then
      local less, less_sure = earliest(rule[1] - aside, rule[2])
      if less > at and (aside_until < less or not less_sure) then
        less, less_sure = math.max(at, aside_until), sure
      end
      at, sure = less, less_sure
    end
    if at > time or (at == time and not sure) then time, certain = at, sure end
  end
  return time, certain
end

local wait, granted = 0, {}
if now < quiet then
  wait = quiet - now
elseif ask.epoch == epoch then
  for _, token in ipairs(ask.want) do
    local time, certain = next_place()
    if not certain or time > now + ask.ahead then
      wait = math.max(time - now - ask.ahead, 0)
      break
    end
    redis.call('ZADD', flights, time + ask.lease, token)
    flying, sent = flying + 1, sent + 1
    local young = redis.call('ZCARD', answers)
    granted[#granted + 1] = time - now
    granted[#granted + 1] = flying + young - sent
  end
end

redis.call('HSET', state, 'sent', sent)
for i = 2, 4 do redis.call('PEXPIRE', KEYS[i], ask.keep) end
local free = longest[1] - aside - flying - redis.call('ZCARD', answers)
return {epoch, wait, math.max(held - now, 0), asked, free, unpack(granted)}
