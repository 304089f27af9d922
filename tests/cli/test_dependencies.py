"""`--with-dependencies` of `copy` and `promote`."""

from tests.cli.here import Here, printed_by

SHOP = "Web shop"
PART = ("--only", "key=newCheckout", "--with-dependencies", "--yes")


def test_a_copy_changes_the_dependencies_too_and_says_why(here: Here) -> None:
    assert here.run("copy", SHOP, "--name", "Second", "--no-verify").code == 0
    here.flag(SHOP, "Main", "killSwitch").hint = "Ends all sales"
    command = ("copy", SHOP, "--into", "Second", "--on-conflict", "overwrite", *PART)
    done = here.run(*command)
    assert done.code == 0, done.text
    said = " ".join(done.text.split())
    assert "CC125" in said
    assert "newCheckout needs killSwitch (prerequisite)" in said
    assert here.flag("Second", "Main", "killSwitch").hint == "Ends all sales"


def test_a_promotion_changes_the_dependencies_too_and_says_why(here: Here) -> None:
    command = ("promote", SHOP, "--from", "Production", "--to", "Staging", *PART)
    printed = printed_by(here, *command)
    assert printed["report"]["differences"] == []
    changed = {one["key"] for one in printed["plan"]["changes"]}
    assert changed == {"newCheckout", "killSwitch"}
    (issue,) = (one for one in printed["plan"]["issues"] if one["code"] == "CC503")
    assert "newCheckout needs killSwitch (prerequisite)" in issue["cause"]
