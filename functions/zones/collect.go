package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/filling"
)

// collector reads and keeps files of contact points, and changes the territory; functions/refdata does, called by
// refdata.
type collector interface {
	collect(context.Context, collect) (collected, error)
}

// collect is what refdata is asked.
type collect struct {
	Action string    `json:"action"`
	Time   time.Time `json:"time"`
	ID     string    `json:"id,omitempty"`
	File   []byte    `json:"file,omitempty"`

	// Of territory changes.
	Steps    []directory.TerritoryStep `json:"steps,omitempty"`
	Withdraw int                       `json:"withdraw,omitempty"`
	Apply    bool                      `json:"apply,omitempty"`
	Name     string                    `json:"name,omitempty"`
	Subject  string                    `json:"subject,omitempty"`
	Repeat   *recording                `json:"repeat,omitempty"`
}

// recording is under what refdata records its answer.
type recording struct {
	ID   string `json:"id"`
	Body string `json:"body"`
}

// collected is what it answers.
type collected struct {
	Table   *filling.Table `json:"table"`
	Refused string         `json:"refused"` // Dutch: why there is no table
	File    []byte         `json:"file"`

	// Of territory changes.
	Steps   []directory.TerritoryStep   `json:"steps"`   // of a file
	Outcome string                      `json:"outcome"` // checked, applied, unchanged or refused
	Issues  []directory.Issue           `json:"issues"`
	Changes []directory.TerritoryChange `json:"changes"`
}

// refdata calls the function of that name and waits for its answer. One request of Lambda's API needs no client of
// the SDK, which every start would pay for.
type refdata struct {
	url, region string
	credentials aws.Credentials
	now         func() time.Time
}

// refdataTimeout leaves zones time to answer that it took too long.
const refdataTimeout = 20 * time.Second

// refdataFromEnvironment makes a caller from REFDATA_FUNCTION, the region and credentials that Lambda sets, and
// AWS_ENDPOINT_URL_LAMBDA for another endpoint. It makes no request.
func refdataFromEnvironment(getenv func(string) string, now func() time.Time) (*refdata, error) {
	if getenv("REFDATA_FUNCTION") == "" {
		return nil, errors.New("environment: REFDATA_FUNCTION is not set")
	}
	endpoint := getenv("AWS_ENDPOINT_URL_LAMBDA")
	if endpoint == "" {
		endpoint = "https://lambda." + getenv("AWS_REGION") + ".amazonaws.com"
	}
	return &refdata{
		url:    strings.TrimSuffix(endpoint, "/") + "/2015-03-31/functions/" + url.PathEscape(getenv("REFDATA_FUNCTION")) + "/invocations",
		region: getenv("AWS_REGION"),
		credentials: aws.Credentials{AccessKeyID: getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken: getenv("AWS_SESSION_TOKEN"), Source: "environment"},
		now: now,
	}, nil
}

func (c *refdata) collect(ctx context.Context, e collect) (collected, error) {
	var answer collected
	body, err := json.Marshal(e)
	if err != nil {
		return answer, err
	}
	ctx, cancel := context.WithTimeout(ctx, refdataTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	r.Header.Set("Content-Type", "application/json")
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, c.credentials, r, hex.EncodeToString(sum[:]), "lambda", c.region, c.now()); err != nil {
		return answer, fmt.Errorf("call refdata: %w", err)
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer, fmt.Errorf("call refdata: %w", err)
	}
	defer w.Body.Close()
	said, err := io.ReadAll(io.LimitReader(w.Body, 8<<20))
	switch {
	case err != nil:
		return answer, fmt.Errorf("call refdata: %w", err)
	case w.StatusCode != http.StatusOK || w.Header.Get("X-Amz-Function-Error") != "":
		return answer, fmt.Errorf("call refdata: status %d, function error %q", w.StatusCode, w.Header.Get("X-Amz-Function-Error"))
	}
	if err := json.Unmarshal(said, &answer); err != nil {
		return answer, fmt.Errorf("call refdata: %w", err)
	}
	return answer, nil
}
