// Package demonstration makes the data that the local system shows when it has no real data: schools in the
// ministry's own export format, and contact points for most police zones in every state that they can be in.
//
// Everything in it can be recognised as made up, by a person and by a program:
//
//   - Every school's name ends in "(voorbeeld)" and its institution number lies from 990000 up, above every
//     number in the ministry's list. Municipalities, postcodes and place names are real, streets are
//     names that nearly every village has.
//   - Persons are called "Voorbeeld …".
//   - E-mail addresses and websites lie under ".example", which RFC 2606 reserves: no such domain can exist.
//   - Telephone numbers begin with 088 (+32 88), which no Belgian zone has: they are 02, 03, 04, 09, 010 to 016,
//     019, 050 to 061, 063 to 065, 067 to 069, 071, 080 to 083, 085 to 087 and 089. So nobody's telephone can
//     ring (decision 61). The numbers have the length of a Belgian one and are valid E.164; a check that
//     knows which zone numbers are in use (IsValidNumber of libphonenumber, say) rightly calls them unassigned,
//     one that looks at their form (IsPossibleNumber) accepts them.
//
// What a police zone really has stays real: the general number, website and address of its desk come from the
// reference facts, also in the demonstration profiles. They are dated there and belong to a service, not to a
// person.
//
// All of it is the same on every run; only the dates of confirmations and absences follow the given now.
package demonstration
