// Command remind runs once a day. It sends the mails about reports of wrong data that nobody sent before, tells the
// administrators which reports wait too long, and deletes what must be forgotten.
//
// Its event is {"time": "2026-11-23T06:00:00Z"}: that moment is now. It fails without one, rather than forget things
// by a clock that nobody sees. It may run at any time and as often as one likes: a mail that went out does not go out
// again. Each is claimed before it is sent and marked afterwards, so that a run that dies in between may repeat a mail
// and never loses one.
package main
