// Package dynamo is the only package that talks to DynamoDB.
//
// # The table
//
// One table with the string keys pk and sk, and one index, byKind, with the string keys gsi1pk and gsi1sk, which
// projects whole items. Every need is one request: there is no Scan.
//
//	what                    pk                      sk          gsi1pk     gsi1sk   other attributes
//	a zone's profile        ZONE#5910               PROFILE     PROFILE    5910     version N, profile S (JSON)
//	a version's skeleton    ZONE#5910               REVISION#00000007#SKELETON               revision S (JSON)
//	its personal values     ZONE#5910               REVISION#00000007#PERSONAL  PERSONAL <expiry> revision S (JSON), expiresAt N
//	a recorded answer       REPEAT#<hash>           ANSWER                          answer S (JSON), expiresAt N
//	a report                ZONE#5910               REPORT#<id> REPORT#OPEN <when> report S (JSON), expiresAt N,
//	                                                            or #CLOSED         arrivedClaimed N, arrivedSent N,
//	                                                                               overdueClaimed N, overdueSent N
//	what a zone was mailed  ZONE#5910               REMINDER#<series>               about S, step N, claimed N,
//	                                                                                firstRun N, expiresAt N
//	and the administrators  ADMINISTRATORS          REMINDER#DIGEST                 about S, step N, claimed N
//	a counter               COUNTER#<limit>#<hash>  TIMES                           times N, expiresAt N
//	a day's secret          SECRET                  2026-11-23                      secret S, expiresAt N
//	all organisations       ORGANISATIONS           TABLE                           version N, organisations S (JSON)
//	a day's coverage        COVERAGE                2026-11-23                      day S, coverage S (JSON)
//	states of the zones     COVERAGE                STATES                          day S, coverage S (JSON)
//	a school's contact      SCHOOL#012345           CONTACT     SCHOOLCONTACT  012345   version N, contact S (JSON),
//	                                                                                     missingSince N
//	the names it goes by    SCHOOL#012345           ALIASES     SCHOOLALIASES  012345   aliases S (JSON)
//	its versions            SCHOOL#012345           as a zone's
//	a practice              PRACTICE#<slug>         PRACTICE    PRACTICE   5910#<id> id S, version N, practice S (JSON)
//	a former address of it  PRACTICE#<slug>         PRACTICE                        id S, movedTo S
//	its versions            PRACTICE#<id>           as a zone's
//	all published titles    PRACTICES               PUBLISHED                       version N, practices S (JSON)
//	all territory changes   TERRITORY               CHANGES                         version N, changes S (JSON)
//	who made one            TERRITORY               BY#00000003#LOADED              act S (JSON), expiresAt N
//	                                                or #WITHDRAWN
//	the pointer             REFERENCE               POINTER                         version S, pointer S (JSON)
//	outlines of zones       REFERENCE               BOUNDARIES                      boundaries S (JSON)
//	a version's manifest    REFERENCE#<version>     MANIFEST    REFERENCE  version  size N, partSize N, publishedAt S
//	a part of a version     REFERENCE#<version>     PART#007                        data B, checksum N
//
// # Access patterns and what they cost
//
// Costs are in read units (RRU, 4 kB strongly consistent) and write units (WRU, 1 kB) of on-demand tables. A test on
// DynamoDB Local holds each method to them.
//
//	need                                        request                               cost
//	search answer: up to ten zones, published   BatchGetItem, strongly consistent,    1 RRU a zone of up to 4 kB (ten
//	practices and, when due, the pointer        UnprocessedKeys asked again           zones: about 10), 1 for the pointer,
//	(Answer)                                                                          1 for ten practices
//	one zone (Profile)                          GetItem, strongly consistent          1 RRU per 4 kB
//	save a zone (SaveZone)                      TransactWriteItems: profile if        2 WRU per kB of each item, and
//	                                            version is the one before, revision   2 per kB for the profile and the
//	                                            if absent, recorded answer            personal part in the index
//	a zone's history (Revisions, Revision)      Query of the zone's partition,        1 RRU per 4 kB of both parts
//	                                            backwards, paged
//	a repeated request (Repeated)               GetItem, strongly consistent          1 RRU per 4 kB
//	a report (SaveReport, CloseReport)          TransactWriteItems: report if absent  4 WRU per kB: item and index, and
//	                                            or open, recorded answer              2 per kB of the answer
//	a zone's reports (Reports)                  Query of the zone's partition, paged  1 RRU per 4 kB
//	one of them (Report)                        GetItem, strongly consistent          1 RRU
//	open reports by age (OpenReports)           Query on byKind, paged                0.5 RRU per 4 kB
//	reports to forget (ForgetReports)           two Queries on byKind, DeleteItem     0.5 RRU per 4 kB, 2 WRU a report
//	personal values to forget (ForgetPersonal)  Query on byKind, DeleteItem           0.5 RRU per 4 kB, 2 WRU per kB
//	a mail about a report (ClaimNotice,         UpdateItem if nobody else sends it    2 WRU per kB each: item and index
//	NoticeSent)
//	a reminder (ClaimReminder, ReminderSent,    UpdateItem if it was not sent and     1 WRU each
//	FirstReminderRun)                           nobody else sends it
//	count up to a limit (Count)                 UpdateItem if below; else PutItem     1 WRU; at most 2 WRU and 1 RRU
//	                                            if its time is over; else GetItem
//	the same for an address (CountSource)       GetItem of the day's secret, Count    1 RRU more
//	whose zones somebody keeps (Organisation)   GetItem, strongly consistent          1 RRU per 4 kB: 8 for 300
//	save the table (SaveOrganisations)          TransactWriteItems if version is the  2 WRU per kB
//	                                            one before, recorded answer
//	a school's contact (SchoolContact)          GetItem, strongly consistent          1 RRU per 4 kB
//	those of a zone (SchoolContacts)            BatchGetItem of 100 at once           1 RRU a school that keeps one
//	save it (SaveSchoolContact)                 TransactWriteItems: contact if its    2 WRU per kB of each item, and
//	                                            version is the one before, names,     2 per kB for contact and names in
//	                                            revision, recorded answer             the index
//	its history (SchoolRevisions)               as a zone's                           1 RRU per 4 kB of both parts
//	all names for the index (SchoolAliases)     Query on byKind, paged                0.5 RRU per 4 kB: about 50 for 4,000
//	contacts to forget (ForgetSchoolContacts)   Query on byKind, paged; UpdateItem    0.5 RRU per 4 kB: about 500 for 4,000
//	                                            or a deletion for a school that left
//	one practice (Practice)                     GetItem, strongly consistent          1 RRU per 4 kB of text and HTML
//	published practices (PracticeTitles)        GetItem, strongly consistent          1 RRU per 4 kB: 25 at the most
//	all practices, or a zone's (Practices,      Query on byKind, paged                0.5 RRU per 4 kB
//	PracticesOf)
//	save a practice (SavePractice)              GetItem of the titles when lists      2 WRU per kB of each item; the
//	                                            change; TransactWriteItems: practice  titles only when lists change
//	                                            and titles if they still are those
//	                                            read, new address if nobody has it,
//	                                            old one, revision, recorded answer
//	a practice's history (PracticeRevisions,    Query of its partition, backwards     1 RRU per 4 kB
//	PracticeRevision)
//	what an ended zone kept (ForgetProfile)     UpdateItem if it is the version read  2 WRU per kB: item and index
//	all zones (Profiles)                        Query on byKind, paged                0.5 RRU per 4 kB: about 60 for 107
//	the night's coverage (SaveCoverage)         PutItem of the day, and of the zones' 1 WRU and 3 WRU
//	                                            states unless a later day's are kept
//	coverage over time (CoverageSince)          Query of days and states, paged       0.5 RRU per 4 kB: 30 for a year
//	outlines for the map (Boundaries)           GetItem, strongly consistent          1 RRU per 4 kB: 12 for all
//	territory changes (TerritoryChanges)        Query of their partition, strongly    1 RRU per 4 kB: 10 for 40 kB
//	                                            consistent
//	the pointer (Pointer)                       GetItem, strongly consistent          1 RRU
//	facts at a cold start (Reference)           Query of one version's partition,     1 RRU per 4 kB: about 250 per MB
//	                                            strongly consistent, pages of 1 MB    of compressed parts
//	publish facts (PublishReference)            PutItem for manifest and each part,   1 WRU per kB of parts, and as much
//	                                            pointer if it still is the one read   to delete the version that falls
//	                                            (TransactWriteItems with the          off
//	                                            territory changes), Query on byKind,
//	                                            DeleteItem
//
// # Reference facts
//
// A version's bytes are cut into parts, each compressed by itself to at most 350 kB (an item holds 400 kB), so
// that each is unpacked straight to its place. They never change. The pointer names the current version, the two
// before it, and one for each day to come on which the territory changes: whoever reads it chooses by the day. Others
// are deleted at the next publication, as are the leftovers of one that broke off over an hour ago. Territory changes
// are stored with the pointer in one transaction, so that the list and the facts never disagree. Every part has a
// checksum over its bytes, its version and its place; Reference names the part that is missing or broken.
//
// # What is forgotten
//
// expiresAt is the table's TTL attribute, in seconds since 1970. DynamoDB deletes an expired item when it likes, so
// every reader takes the moment and treats what has expired as gone. Of a zone's history the skeleton stays; the
// part with personal values expires; of a practice's that is who wrote it and why. Of a school's that is the same, and
// a school can have all deleted at once: the contact then says up to which version nothing may be read any more, and
// their personal parts are deleted. A day's secret is what turns an address into a counter's name: when it is gone,
// nobody can tell whom the counters were for. Personal parts, reports and secrets are also deleted by functions/remind,
// every day: a table that is restored from a backup has no TTL until somebody sets it.
//
// # Errors
//
// Callers tell errors apart with errors.Is: ErrNotFound, ErrStale, ErrRepeated, ErrTaken, ErrTooLarge, ErrFull, ErrLeftOver, ErrUnavailable and
// ErrBroken. Every call has a deadline: the SDK sets none.
package dynamo
