// Command remind runs once a day. It asks zones to confirm their data, tells them which absences end, sends the mails
// about reports of wrong data that nobody sent before, tells the administrators which reports wait too long and, once a
// week, which zones to call; and it deletes what must be forgotten.
//
// Its event is {"time": "2026-11-23T06:00:00Z"}: that moment is now. It fails without one, rather than forget things
// by a clock that nobody sees. It may run at any time and as often as one likes: a mail that went out does not go out
// again. Each is claimed before it is sent and marked afterwards, so that a run that dies in between may repeat a mail
// and never loses one. A claim lasts twenty minutes by the events' times, so the same event once more, as Lambda may
// deliver it while the first is at work, sends nothing that its first run claimed: a mail that SES refused goes out with
// the next day's event, or with one of at least twenty minutes later. Hence the template retries no event.
//
// After missed runs a zone gets the latest mail that is due, not those before it.
//
// testdata/two-years.txt shows every mail of two years, and what led to it.
package main
