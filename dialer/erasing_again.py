"""Takes a person who was erased after a backup out of the restored database once more.

Apart from the erasure that somebody asks for: nothing is decided here, it was decided then.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from dialer.audit import AuditKind, append
from dialer.erased_register import ErasedPerson
from dialer.schema import Contact, CustomerReference, Phone
from dialer.vault import Vault


def erase_again(session: Session, person: ErasedPerson, now: datetime) -> bool:
    """Destroy the key and empty what names them; False when the database does not know them, or erased them itself."""
    contact = session.get(Contact, person.contact_id)
    if contact is None or contact.erased_at:
        return False
    Vault.destroy(session, contact.id)
    for table in (Phone, CustomerReference):
        session.execute(delete(table).where(col(table.contact_id) == contact.id))
    contact.external_id = contact.last_name = contact.first_name = contact.siret = None
    contact.postcode = contact.city = None
    contact.attributes = {}
    contact.erased_at = now
    session.add(contact)
    append(session, AuditKind.ERASED, {"person": person.pseudonym, "at": person.at, "again": True}, now)
    return True
