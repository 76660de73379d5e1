// Command nightly measures the export on made-up zones, with the real binary:
//
//	go run ./infra/nightly
//
// For each number of zones it prints the seconds of a run that publishes everything and of the next one, in which
// nothing changed, the megabytes of files, and the most memory that the process held; then whether that grows with
// the data. DynamoDB and S3 are servers in this process, so a network's time is not in the figures, and this process
// holds all data and files in memory: about 3 GB for 10,000 zones.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	minidyn "github.com/truora/minidyn/server"

	"aanspreekpunt/infra/local/lambda"
	"aanspreekpunt/infra/local/template"
	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/facts"
)

// The size against which memory is measured, the real one, and the one that must not take more than target times the
// memory of the first.
const (
	small, real, large = 100, 107, 10_000
	target             = 1.5
)

func main() {
	zones := flag.Int("zones", large, "`number` of zones of the largest run")
	points := flag.Int("points", 20, "contact points of each zone")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *zones, *points); err != nil {
		fmt.Fprintln(os.Stderr, "nightly:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, zones, points int) error {
	if zones < small || zones > large || points < 1 {
		return fmt.Errorf("-zones %d -points %d: %d to %d zones with one point at least", zones, points, small, large)
	}
	whole, err := template.ReadFile("template.yaml", nil)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(whole.Functions, func(f template.Function) bool { return f.Name == "export" })
	if i < 0 {
		return fmt.Errorf("the template has no function export")
	}
	folder, err := os.MkdirTemp("", "nightly-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	binaries, err := lambda.Build(ctx, ".", []string{whole.Functions[i].Folder}, whole.Build, folder, os.Stderr)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "zones\tcontact points\tfiles\tpublished\tunchanged\tpeak memory\t")
	peaks := map[int]int64{}
	for _, n := range slices.Compact([]int{small, real, zones}) {
		m, err := measure(ctx, whole, whole.Functions[i], binaries[whole.Functions[i].Folder], n, points)
		if err != nil {
			return fmt.Errorf("%d zones: %w", n, err)
		}
		peaks[n] = m.peak
		fmt.Fprintln(os.Stderr, "measured", n, "zones")
		fmt.Fprintf(out, "%d\t%d\t%.1f MB\t%.2f s\t%.2f s\t%d MB\t\n", n, n*points, float64(m.bytes)/1e6, m.first.Seconds(), m.again.Seconds(), m.peak)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	ratio := float64(peaks[zones]) / float64(peaks[small])
	verdict := "ok"
	if ratio > target {
		verdict = "OVER"
	}
	fmt.Printf("\nmemory at %d zones: %.2f times that at %d; target %.1f: %s\n", zones, ratio, small, target, verdict)
	return nil
}

// measured is one size.
type measured struct {
	first, again time.Duration
	bytes        int64 // of the open data
	peak         int64 // megabytes
}

func measure(ctx context.Context, whole *template.Template, f template.Function, binary string, zones, points int) (m measured, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return m, err
	}
	mux := http.NewServeMux()
	mux.Handle("/dynamodb", minidyn.NewServer())
	mux.Handle("/s3/", http.StripPrefix("/s3", gofakes3.New(s3mem.New()).Server()))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	environment := lambda.Environment(f.Name, template.Region, f.MemoryMB, f.LogFormat)
	maps.Copy(environment, f.Environment)
	base := "http://" + listener.Addr().String()
	environment["AWS_ENDPOINT_URL_DYNAMODB"], environment["AWS_ENDPOINT_URL_S3"] = base+"/dynamodb", base+"/s3"
	environment["BASE_URL"] = "https://aanspreekpunt.example"
	if err := fill(ctx, whole, environment, zones, points); err != nil {
		return m, err
	}

	running := lambda.Run(lambda.Config{Name: f.Name, ARN: template.FunctionARN(f.Name), Binary: binary, Environment: environment,
		Timeout: f.Timeout, Instances: 1, Log: io.Discard})
	defer running.Close()
	if err := running.Ready(ctx); err != nil {
		return m, err
	}
	for _, took := range []*time.Duration{&m.first, &m.again} {
		start := time.Now()
		result, err := running.Invoke(ctx, []byte(`{"time":"2026-11-27T01:30:00Z"}`))
		if err != nil {
			return m, err
		}
		*took = time.Since(start)
		var report struct{ Bytes int64 }
		if err := json.Unmarshal(result, &report); err != nil {
			return m, err
		}
		m.bytes = report.Bytes
	}
	m.peak = running.Status().Instances[0].PeakMegabytes
	return m, nil
}

// fill makes the tables and buckets, and as many zones as asked, each of one municipality.
func fill(ctx context.Context, whole *template.Template, environment map[string]string, zones, points int) error {
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: environment["AWS_ACCESS_KEY_ID"], SecretAccessKey: environment["AWS_SECRET_ACCESS_KEY"]}, nil
	})
	tables := dynamodb.New(dynamodb.Options{Region: template.Region, Credentials: credentials, BaseEndpoint: aws.String(environment["AWS_ENDPOINT_URL_DYNAMODB"])})
	for _, t := range whole.Tables {
		if _, err := tables.CreateTable(ctx, &t.Definition); err != nil {
			return err
		}
	}
	buckets := s3.New(s3.Options{Region: template.Region, Credentials: credentials, BaseEndpoint: aws.String(environment["AWS_ENDPOINT_URL_S3"]), UsePathStyle: true})
	for _, b := range whole.Buckets {
		if _, err := buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b.Name}); err != nil {
			return err
		}
	}
	store, err := dynamo.FromEnvironment(func(name string) string { return environment[name] })
	if err != nil {
		return err
	}
	var territory directory.Territory
	for n := range zones {
		code, nis := directory.ZoneCode(fmt.Sprintf("%04d", n)), directory.NIS(10_000+n)
		name := "Gemeente " + strconv.Itoa(n)
		province := directory.Provinces()[n%len(directory.Provinces())]
		territory.Zones = append(territory.Zones, directory.ZoneFacts{Code: code, RawName: name, Name: name, Province: province, Municipalities: []directory.NIS{nis}})
		territory.Municipalities = append(territory.Municipalities, directory.Municipality{NIS: nis, Name: name, Province: province, Zone: code})
		territory.Places = append(territory.Places, directory.Place{Postcode: "1000", Name: name, Kind: directory.PlaceMunicipality, NIS: nis})
	}
	data, err := facts.Build(territory, nil, facts.Meta{Territory: facts.Source{AsOf: "2025-01-01"}, Demonstration: true})
	if err != nil {
		return err
	}
	if err := dynamo.PublishReference(ctx, store, dynamo.Publication{Version: "made-up", Data: data, Demonstration: true, At: time.Now()}); err != nil {
		return err
	}
	at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for _, z := range territory.Zones {
		p := directory.Profile{Code: z.Code, Version: 1, Phone: "+3288000000", Email: "onthaal@voorbeeld.example", AssuredAt: &at, ModifiedAt: &at}
		for n := range points {
			p.ContactPoints = append(p.ContactPoints, directory.ContactPoint{
				ID: "punt-" + strconv.Itoa(n), Role: "Jeugdinspecteur van wijk " + strconv.Itoa(n), Name: "Voorbeeld Persoon " + strconv.Itoa(n), Primary: n == 0,
				Themes: []directory.Theme{directory.ThemeDrugs, directory.ThemeTruancy}, Languages: []string{"nl", "fr"},
				Phones: []directory.Phone{{Number: fmt.Sprintf("+3288%06d", n), Visibility: directory.VisiblePublic, Note: "tijdens de kantooruren"},
					{Number: fmt.Sprintf("+3288%06d", 500_000+n), Visibility: directory.VisibleSchools}},
				Emails:       []directory.Email{{Address: fmt.Sprintf("punt%d@voorbeeld.example", n), Visibility: directory.VisiblePublic}},
				Availability: "Elke schooldag, ook tijdens de middagpauze", AvailabilityPublic: true,
				OpeningHours: []directory.OpeningHours{{Day: 1, Opens: "08:00", Until: "16:30"}, {Day: 2, Opens: "08:00", Until: "16:30"}}, OpeningHoursPublic: true,
			})
		}
		// Past the store, which would write a history for each: package dynamo lists the attributes.
		text, err := json.Marshal(p)
		if err != nil {
			return err
		}
		item := map[string]types.AttributeValue{"version": &types.AttributeValueMemberN{Value: "1"}}
		for name, value := range map[string]string{"pk": "ZONE#" + string(z.Code), "sk": "PROFILE", "gsi1pk": "PROFILE", "gsi1sk": string(z.Code), "profile": string(text)} {
			item[name] = &types.AttributeValueMemberS{Value: value}
		}
		if _, err := tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: whole.Tables[0].Definition.TableName, Item: item}); err != nil {
			return err
		}
	}
	return nil
}
