"""The frame of people that a list hands out: its columns, their order and their types, in one place.

Kept apart because this is the contract with whoever stores contacts.

=================  ============  ============================================================
column             type          meaning
=================  ============  ============================================================
line               Int64         line of the file where the person's first row starts
external_id        String        the customer's own reference
last_name          String
first_name         String
siret              String        digits of a SIRET or SIREN that pass their check: a professional
postcode           String        as written, never completed; several of one person are joined with `;`
city               String
numbers            List[String]  E.164, the preferred one first; never empty
kinds, regions     List[String]  of these numbers, in parallel
consent_stated     Boolean
consent_on         Date          null: missing, unreadable or in the future; or its terms are
consent_notice     String        which version of the notice was shown
consent_proof      String        reference of the proof
consent_systems    String        of human-agent, automated, ai-agent, joined with `;`
consent_channels   String        of voice, sms, email, post, social, joined with `;`
consent_hours      String        `18:00-20:00`, joined with `;`; null: no hours were named
consent_until      Date          last day, where it was given for a shorter time
consent_advertiser String        whom the row names, as written
contract_stated    Boolean       a contract that counts, or that counts no longer
contract_object    String
contract_since     Date
contract_until     Date          null: the contract has no known end; unreadable: the day before the import
contract_proof     String        reference of the proof
contract_advertiser  String      whom the row names, as written
refused            Boolean
refused_on         Date          null: it cannot be known
objected           Boolean
objected_on        Date          null: it cannot be known
past_calls         List[Date]    sorted, a day as often as it was called
attributes         String        JSON object of the columns that we do not know; `{}` when none
=================  ============  ============================================================

A missing text is null, never empty.
"""

from __future__ import annotations

import polars as pl

_TEXTS = pl.List(pl.String)

PEOPLE = pl.Schema(
    {
        "line": pl.Int64(),
        "external_id": pl.String(),
        "last_name": pl.String(),
        "first_name": pl.String(),
        "siret": pl.String(),
        "postcode": pl.String(),
        "city": pl.String(),
        "numbers": _TEXTS,
        "kinds": _TEXTS,
        "regions": _TEXTS,
        "consent_stated": pl.Boolean(),
        "consent_on": pl.Date(),
        "consent_notice": pl.String(),
        "consent_proof": pl.String(),
        "consent_systems": pl.String(),
        "consent_channels": pl.String(),
        "consent_hours": pl.String(),
        "consent_until": pl.Date(),
        "consent_advertiser": pl.String(),
        "contract_stated": pl.Boolean(),
        "contract_object": pl.String(),
        "contract_since": pl.Date(),
        "contract_until": pl.Date(),
        "contract_proof": pl.String(),
        "contract_advertiser": pl.String(),
        "refused": pl.Boolean(),
        "refused_on": pl.Date(),
        "objected": pl.Boolean(),
        "objected_on": pl.Date(),
        "past_calls": pl.List(pl.Date),
        "attributes": pl.String(),
    }
)
