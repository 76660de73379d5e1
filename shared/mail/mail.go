package mail

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"aanspreekpunt/shared/bodies"
)

// Message is a mail in plain words. Nothing in it is markup.
type Message struct {
	To         string // one address
	Subject    string
	Paragraphs []string
	Link       string // stands on a line of its own behind the paragraphs but the last, which says why one gets the mail
}

// Text is the mail as plain text.
func (m Message) Text() string {
	return strings.Join(m.parts(), "\r\n\r\n") + "\r\n"
}

// parts are the paragraphs with the link among them.
func (m Message) parts() []string {
	last := len(m.Paragraphs) - 1
	return append(append(append([]string{}, m.Paragraphs[:last]...), m.Link), m.Paragraphs[last])
}

// HTML is the same mail as a page.
func (m Message) HTML() string {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=\"nl\">\n<head><meta charset=\"utf-8\"><title>" + html.EscapeString(m.Subject) + "</title></head>\n<body>\n")
	for i, part := range m.parts() {
		text := html.EscapeString(part)
		if i == len(m.Paragraphs)-1 {
			text = `<a href="` + text + `">` + text + `</a>`
		}
		b.WriteString("<p>" + text + "</p>\n")
	}
	b.WriteString("</body>\n</html>\n")
	return b.String()
}

// Why a mail did not go out.
var (
	ErrOff      = errors.New("no sender's address is set")
	ErrNoAnswer = errors.New("no answer") // nor would the next one get any
)

// Sender sends mails. Any number of goroutines may use it.
type Sender struct {
	client *sesv2.Client
	from   string // "": nothing is sent
}

// sendTimeout is how long a mail may take: a visitor waits for it.
const sendTimeout = 3 * time.Second

// FromEnvironment makes a sender from a function's environment: AWS_REGION, AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, MAIL_FROM (empty: nothing is sent) and, for another endpoint,
// AWS_ENDPOINT_URL_SESV2. It makes no request.
func FromEnvironment(getenv func(string) string) (*Sender, error) {
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		if getenv(name) == "" {
			return nil, fmt.Errorf("environment: %s is not set", name)
		}
	}
	credentials := aws.Credentials{
		AccessKeyID: getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	options := sesv2.Options{
		Region:      getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil }),
		HTTPClient: &http.Client{
			Timeout: sendTimeout,
			Transport: bodies.Whole(&http.Transport{
				DialContext:         (&net.Dialer{Timeout: 500 * time.Millisecond}).DialContext,
				TLSHandshakeTimeout: time.Second,
				IdleConnTimeout:     90 * time.Second,
				ForceAttemptHTTP2:   true,
			}),
		},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 2
			o.MaxBackoff = 200 * time.Millisecond
		}),
	}
	if endpoint := getenv("AWS_ENDPOINT_URL_SESV2"); endpoint != "" {
		options.BaseEndpoint = aws.String(endpoint)
	}
	return &Sender{sesv2.New(options), getenv("MAIL_FROM")}, nil
}

// Send sends a mail. ErrOff when no sender's address is set, ErrNoAnswer when SES cannot be reached. Errors do not tell to whom: SES's own do, and stay out.
func (s *Sender) Send(ctx context.Context, m Message) error {
	if s.from == "" {
		return fmt.Errorf("send mail: %w", ErrOff)
	}
	if m.To == "" || m.Link == "" || len(m.Paragraphs) < 2 || strings.ContainsAny(m.To+m.Subject, "\r\n") {
		return errors.New("send mail: it lacks an address, a link or words, or has a line break where none may be")
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	content := func(s string) *types.Content { return &types.Content{Charset: aws.String("UTF-8"), Data: &s} }
	_, err := s.client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: &s.from,
		Destination:      &types.Destination{ToAddresses: []string{m.To}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: content(m.Subject),
			Body:    &types.Body{Text: content(m.Text()), Html: content(m.HTML())},
		}},
	})
	if refused, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Errorf("send mail: refused: %s", refused.ErrorCode())
	}
	if err != nil {
		return fmt.Errorf("send mail: %w", ErrNoAnswer)
	}
	return nil
}
