"""The codec: JSON data becomes models, and models become JSON data.

There are two ways in, and two back. `decode` reads responses leniently and requests
strictly. `to_json` writes models as they are, and `encode_body` checks a request body.
cattrs generates the hooks of all four. Data that does not fit is read or written once
more, to collect every problem.
"""
