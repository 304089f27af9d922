"""Writes `configcat_mgmt/api/` from the description of the API in this folder.

Not part of the run-time package, and not in the wheel: standard library only, offline,
and it imports nothing else of `configcat_mgmt`.

Files:
    service.json: The OpenAPI document of the service without its prose. Nobody edits
        it; `source.toml` has its date and its digest.
    overlay.toml: Everything that is ours: groups, ids of operations that the service
        publishes without one, texts, marks, and corrections of the structure, each with
        its reason and source.
    api/ (beside this folder): The generated code.

How to adopt a new description:
    1. Get the OpenAPI 3.0 document of the service, as JSON or YAML.
    2. Run `python -m configcat_mgmt.codegen --adopt FILE --date YYYY-MM-DD`, with the
       date of the document. The command replaces `service.json` and `source.toml`,
       writes `api/`, and reports what is new, changed and gone. With `--check` it only
       reports. It refuses a document of another API and changes nothing then.
    3. Use the client: every operation works. What the overlay does not know yet has
       safe defaults. An operation gets the group that its tag already has, else one
       named after the tag; the id of the document, else one made of method and path;
       and the effect of its method, so that a POST counts as a creation and is never
       repeated. Texts repeat the names.
    4. Copy the last section of the report to `overlay.toml` and write better texts. A
       table that is there already gets the new lines only. Give each POST that can
       safely be repeated another `effect`. Mark fields that no answer lacks as
       `essential`, and fields with secrets as `secret`. An operation that returns one
       page of a list gets `pages`, which makes an iterator over all pages.
    5. Look at the section of entries without a counterpart. Remove them from the
       overlay, or, if users still need a removed field or enum value, add a correction
       that keeps it.
    6. If a known operation has a new id, its method has a new name; an entry under
       `[ids]` keeps the old one.
    7. Run `python -m configcat_mgmt.codegen`. Tests fail while the overlay lacks a text
       or has one too many.

How the description is made: `plain_shapes` and `plain_operations` bring the document
into a few forms, `corrections` changes them, `merge` adds what the overlay says, and
`parse_operations` checks the result, from which the `emit` modules write code.
Everything that needs the description calls `sources.read_sources`.
"""
