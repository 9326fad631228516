"""Which of the programme's numbers a code is."""

from firmware.codes import CompanyProfile, CouponNumber, ForeignNumber, MemberCode, MemberNumber, TicketNumber

__all__ = ["kind_of"]


def kind_of(companies: tuple[CompanyProfile, ...], code: MemberCode) -> MemberNumber | CouponNumber | str:
    """A member's own code or one of their coupons; the text's key that says why it is neither here."""
    for company in companies:
        match company.classify(code):
            case MemberNumber() | CouponNumber() as known:
                return known
            case TicketNumber():
                return "ticket_number"
            case ForeignNumber():
                continue
    return "foreign_company"
