package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
	"aanspreekpunt/shared/schoollist"
)

// Where uploads and reports lie in the bucket. Reports lie outside the prefix whose uploads call this function,
// or it would call itself.
const (
	uploadPrefix = "scholen/"
	reportPrefix = "verslagen/"
)

// The names of the sources as the page about this site shows them.
const (
	territorySource  = "de Vlaamse provincies, de Vlaamse overheid (LBLOD), Statbel en bpost"
	schoolSource     = "het Vlaamse ministerie van Onderwijs en Vorming"
	madeUpSource     = "voorbeeldscholen, geen echte scholen"
	madeUpNameSuffix = "(voorbeeld)"
)

// Loader publishes reference facts and schools.
type Loader struct {
	Store     *dynamo.Store
	Uploads   *Bucket
	Ministry  *Ministry // nil: no API to import from
	Facts     fs.FS     // the reference facts in CSV
	Practices fs.FS     // the good practices with which the service begins
	Log       *slog.Logger
}

// event is what an operator or a schedule sends.
type event struct {
	Action        string     `json:"action"`
	Time          *time.Time `json:"time"`
	Schools       []string   `json:"schools"`
	Demonstration bool       `json:"demonstration"`
	Force         bool       `json:"force"`
	ID            string     `json:"id"`   // of a file of contact points that is kept until it is applied
	File          []byte     `json:"file"` // of contact points, or of territory changes
	territoryEvent
}

// Report tells what an import did.
type Report struct {
	Outcome   string    `json:"outcome"` // published, unchanged, waiting, skipped or refused
	Reason    string    `json:"reason,omitempty"`
	Time      time.Time `json:"time"`
	From      []string  `json:"from,omitempty"`    // keys of uploads, or the API
	Version   string    `json:"version,omitempty"` // current after the import
	Previous  string    `json:"previous,omitempty"`
	Schools   int       `json:"schools"`             // in the version
	Practices int       `json:"practices,omitempty"` // good practices that were not there yet
	schoollist.Changes
	Problems []schoollist.Problem `json:"problems,omitempty"` // rows left out, and values left out of rows
	Ended    []schoollist.Ended   `json:"ended,omitempty"`
	Others   int                  `json:"others,omitempty"` // rows of institutions that are no schools
	Waiting  []string             `json:"waiting,omitempty"`
}

// Handle answers one event with a Report or BoundaryReport, or with a list of them for an upload event that tells of
// several.
func (l *Loader) Handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var uploads events.S3Event
	if err := json.Unmarshal(raw, &uploads); err == nil && len(uploads.Records) > 0 {
		return l.uploaded(ctx, uploads)
	}
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	if !slices.Contains([]string{"load", "importSchools", "rebuild", "readContactPoints", "forgetContactPoints", "templateContactPoints", "readTerritory", "changeTerritory"}, e.Action) {
		return nil, fmt.Errorf("event: action %q: want load, importSchools or rebuild", e.Action)
	}
	if e.Time == nil || e.Time.IsZero() {
		return nil, fmt.Errorf("event: %s without a time", e.Action)
	}
	if strings.HasSuffix(e.Action, "ContactPoints") {
		return l.contactPoints(ctx, e)
	}
	switch e.Action {
	case "readTerritory":
		return readTerritory(e.File)
	case "changeTerritory":
		return l.changeTerritory(ctx, e)
	case "rebuild":
		return l.finish(ctx, plan{now: *e.Time})
	case "load":
		return l.finish(ctx, l.load(ctx, e))
	}
	if l.Ministry == nil {
		l.Log.InfoContext(ctx, "import", "outcome", "skipped", "reason", "SCHOOLS_API_URL is not set")
		return Report{Outcome: "skipped", Reason: "SCHOOLS_API_URL is not set", Time: *e.Time}, nil
	}
	p := plan{now: *e.Time, from: []string{"API"}, report: reportPrefix + "api/" + string(directory.DayOf(*e.Time)) + ".json", force: e.Force}
	p.files, p.err = l.Ministry.Pages(ctx)
	return l.finish(ctx, p)
}

// plan is an import that is ready to be carried out.
type plan struct {
	now           time.Time
	from          []string
	report        string            // key of the report; "" stores none
	files         []schoollist.File // nil keeps the schools of the current version
	demonstration *bool             // nil keeps what the current version says
	force         bool
	practices     bool  // those that the binary holds, too
	set           bool  // pages in a folder: the ones that are missing may still come
	err           error // failed already
	territory     *territoryPlan
}

func (l *Loader) load(ctx context.Context, e event) plan {
	p := plan{now: *e.Time, from: e.Schools, demonstration: &e.Demonstration, force: e.Force, practices: true}
	if len(e.Schools) > 0 {
		p.report = reportKey(e.Schools[0])
		p.files, p.err = l.Uploads.Read(ctx, e.Schools...)
	}
	return p
}

// uploaded imports everything that an upload event tells of: outlines of zones, and lists of schools, a file or the
// folder that it lies in.
func (l *Loader) uploaded(ctx context.Context, e events.S3Event) (any, error) {
	var reports []any
	var errs []error
	var done []string
	for _, record := range e.Records {
		key, err := url.QueryUnescape(record.S3.Object.Key) // events write a space as +
		if err != nil {
			errs = append(errs, fmt.Errorf("event: key %q: %w", record.S3.Object.Key, err))
			continue
		}
		if strings.HasPrefix(key, boundaryPrefix) && !strings.HasSuffix(key, "/") {
			report, err := l.importBoundaries(ctx, key, record.EventTime)
			reports, errs = append(reports, report), append(errs, err)
			continue
		}
		name, ours := strings.CutPrefix(key, uploadPrefix)
		if !ours || name == "" || strings.HasSuffix(name, "/") {
			continue
		}
		p := plan{now: record.EventTime}
		if set, _, inFolder := strings.Cut(name, "/"); inFolder {
			folder := uploadPrefix + set + "/"
			if slices.Contains(done, folder) {
				continue // several pages of one set
			}
			done = append(done, folder)
			p.set, p.report = true, reportPrefix+set+".json"
			p.from, p.err = l.Uploads.Folder(ctx, folder)
		} else {
			p.report, p.from = reportKey(key), []string{key}
		}
		if p.err == nil {
			p.files, p.err = l.Uploads.Read(ctx, p.from...)
		}
		report, err := l.finish(ctx, p)
		reports, errs = append(reports, report), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(reports) == 1 {
		return reports[0], nil
	}
	return reports, nil
}

func reportKey(key string) string {
	return reportPrefix + strings.TrimPrefix(key, uploadPrefix) + ".json"
}

// finish carries a plan out, logs the counts and stores the report, also of an import that failed.
func (l *Loader) finish(ctx context.Context, p plan) (any, error) {
	report, err, practices := Report{}, p.err, 0
	if err == nil && p.practices {
		practices, err = l.practices(ctx, p.now)
	}
	if err == nil {
		report, err = l.carryOut(ctx, p)
	}
	report.Time, report.From, report.Practices = p.now, p.from, practices
	var incomplete *schoollist.IncompleteError
	if errors.As(err, &incomplete) && p.set {
		report.Outcome, report.Waiting, err = "waiting", incomplete.Waiting, nil
	} else if err != nil {
		report.Outcome, report.Reason = "refused", err.Error()
	}
	level := slog.LevelInfo
	switch {
	case err != nil:
		level = slog.LevelError
	case report.Reason != "":
		level = slog.LevelWarn
	}
	l.Log.Log(ctx, level, "import", "outcome", report.Outcome, "reason", report.Reason, "from", p.from, "version", report.Version,
		"previous", report.Previous, "schools", report.Schools, "added", len(report.Added), "changed", len(report.Changed),
		"vanished", len(report.Vanished), "problems", len(report.Problems), "ended", len(report.Ended), "waiting", len(report.Waiting))
	if p.report != "" {
		data, marshalErr := json.MarshalIndent(report, "", "  ")
		err = errors.Join(err, marshalErr)
		if marshalErr == nil {
			err = errors.Join(err, l.Uploads.Write(ctx, p.report, data))
		}
	}
	if err != nil {
		return nil, err
	}
	return report, nil
}

// carryOut builds the next version and publishes it. Another import that published meanwhile makes it start
// again from what is current then.
func (l *Loader) carryOut(ctx context.Context, p plan) (Report, error) {
	for try := 1; ; try++ {
		report, err := l.publish(ctx, p)
		if !errors.Is(err, dynamo.ErrStale) || try == 3 {
			return report, err
		}
	}
}

func (l *Loader) publish(ctx context.Context, p plan) (Report, error) {
	var report Report
	territory, err := facts.ReadTerritory(l.Facts)
	if err != nil {
		return report, fmt.Errorf("reference facts: %w", err)
	}
	sources, err := facts.ReadSources(l.Facts)
	if err != nil {
		return report, fmt.Errorf("reference facts: %w", err)
	}
	pointer, current, err := l.current(ctx)
	if unreadable := errors.Is(err, dynamo.ErrBroken) || errors.Is(err, dynamo.ErrNotFound); unreadable && (!p.force || p.files == nil) {
		return report, fmt.Errorf("%w; force the load of a list of schools to replace it", err)
	} else if err != nil && !unreadable {
		return report, err
	}
	report.Version, report.Schools = pointer.Version, len(current.schools)
	// Read behind the pointer: a publication from older changes than those that the pointer was published with fails.
	changes, err := l.Store.TerritoryChanges(ctx, p.now)
	if err != nil {
		return report, err
	}
	var issues []directory.Issue
	if p.territory != nil {
		changes, issues = p.territory.next(changes, p.now)
	}
	periods, changes, wrong := changes.Periods(territory, directory.DayOf(p.now))
	if issues = append(issues, wrong...); len(issues) > 0 {
		return report, &territoryError{issues}
	}
	territory = periods[0].Territory

	meta := facts.Meta{Territory: facts.Source{AsOf: sources["zones.csv"].AsOf, Text: territorySource}, Demonstration: pointer.Demonstration}
	if p.demonstration != nil {
		meta.Demonstration = *p.demonstration
	}
	var schools []directory.School
	if p.files == nil {
		schools, report.Problems = schoollist.Relocate(current.schools, territory)
	} else {
		list, err := schoollist.Read(p.files, territory, directory.DayOf(p.now))
		if err != nil {
			return report, err
		}
		schools, report.Problems, report.Ended, report.Others = list.Schools, list.Problems, list.Ended, list.Others
	}
	report.Changes = schoollist.Compare(current.schools, schools)
	if len(schools)*10 < len(current.schools)*9 && !p.force {
		return report, fmt.Errorf("%d schools, and the current list has %d: more than a tenth would vanish; force it if that is right", len(schools), len(current.schools))
	}
	switch {
	case len(schools) == 0:
	case p.files == nil || len(report.Added)+len(report.Changed)+len(report.Vanished) == 0:
		meta.Schools = current.source // a list that says the same must not look like a new version
	default:
		meta.Schools = facts.Source{AsOf: string(directory.DayOf(p.now)), Text: schoolSource}
		if madeUp(schools) {
			meta.Schools.Text = madeUpSource
		}
	}

	if schools, err = l.called(ctx, schools); err != nil {
		return report, err
	}
	publication := dynamo.Publication{Demonstration: meta.Demonstration, At: p.now, Previous: pointer}
	if publication.Version, publication.Data, err = build(territory, schools, datedBy(meta, changes, directory.DayOf(p.now))); err != nil {
		return report, err
	}
	version := publication.Version
	for _, period := range periods[1:] {
		coming, problems, err := upcoming(period, schools, datedBy(meta, changes, period.From))
		if err != nil {
			return report, err
		}
		publication.Upcoming, report.Problems = append(publication.Upcoming, coming), append(report.Problems, problems...)
	}
	if p.territory != nil {
		p.territory.changes = changes
		if p.territory.done() {
			report.Outcome, report.Schools = "checked", len(schools)
			return report, nil
		}
		publication.Territory = p.territory.save(changes, p.now)
	} else if version == pointer.Version && slices.EqualFunc(publication.Upcoming, pointer.Upcoming, func(a dynamo.UpcomingFacts, b dynamo.Upcoming) bool { return a.Upcoming == b }) {
		report.Outcome, report.Schools = "unchanged", len(schools)
		return report, nil
	}
	err = dynamo.PublishReference(ctx, l.Store, publication)
	if errors.Is(err, dynamo.ErrLeftOver) { // a later publication deletes it
		report.Reason = err.Error()
	} else if err != nil {
		return report, err
	}
	report.Outcome, report.Version, report.Previous, report.Schools = "published", version, pointer.Version, len(schools)
	return report, nil
}

// upcoming makes the facts of a day to come, with the schools of today where they then lie.
func upcoming(period directory.Period, schools []directory.School, meta facts.Meta) (dynamo.UpcomingFacts, []schoollist.Problem, error) {
	there, problems := schoollist.Relocate(schools, period.Territory)
	for i := range problems {
		problems[i].Reason = "from " + string(period.From) + ": " + problems[i].Reason
	}
	version, data, err := build(period.Territory, there, meta)
	if err != nil {
		err = fmt.Errorf("from %s: %w", period.From, err)
	}
	return dynamo.UpcomingFacts{Upcoming: dynamo.Upcoming{Date: period.From, Version: version}, Data: data}, problems, err
}

// datedBy dates the territory by the last change that holds on a day.
func datedBy(meta facts.Meta, changes directory.TerritoryChanges, day directory.Day) facts.Meta {
	for _, c := range changes.Items {
		if c.WithdrawnAt == nil && c.Date <= day {
			meta.Territory.AsOf = max(meta.Territory.AsOf, string(c.Date))
		}
	}
	return meta
}

// build makes a version of the facts, named by a hash of its content.
func build(t directory.Territory, schools []directory.School, meta facts.Meta) (version string, data []byte, err error) {
	if data, err = facts.Build(t, schools, meta); err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), data, nil
}

// called gives schools the names by which they say that they are known, in the place of those of an earlier version.
func (l *Loader) called(ctx context.Context, schools []directory.School) ([]directory.School, error) {
	names := map[directory.InstitutionNumber][]string{}
	for a, err := range l.Store.SchoolAliases(ctx) {
		if err != nil {
			return nil, err
		}
		names[a.InstitutionNumber] = a.Aliases
	}
	schools = slices.Clone(schools)
	for i := range schools {
		schools[i].Aliases = names[schools[i].Number]
	}
	return schools, nil
}

// published is what the current version says of schools.
type published struct {
	schools []directory.School
	source  facts.Source
}

// current reads the current version; empty when nothing was published yet.
func (l *Loader) current(ctx context.Context) (dynamo.Pointer, published, error) {
	pointer, ok, err := l.Store.Pointer(ctx)
	if err != nil || !ok {
		return dynamo.Pointer{}, published{}, err
	}
	data, err := l.Store.Reference(ctx, pointer.Version)
	if err != nil {
		return pointer, published{}, fmt.Errorf("current version: %w", err)
	}
	f, err := facts.Open(data)
	if err != nil {
		return pointer, published{}, fmt.Errorf("current version %s: %w: %w", pointer.Version, dynamo.ErrBroken, err)
	}
	return pointer, published{slices.Collect(f.Schools()), f.Meta().Schools}, nil
}

// madeUp tells demonstration schools from real ones.
func madeUp(schools []directory.School) bool {
	return !slices.ContainsFunc(schools, func(s directory.School) bool { return !strings.HasSuffix(s.Name, madeUpNameSuffix) })
}
