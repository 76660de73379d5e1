package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type item = map[string]types.AttributeValue

// id is an item's key in the table.
func id(i item) string { return text(i, "pk") + "\x00" + text(i, "sk") }

func text(i item, name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

// kind is what an item is, for a summary without anybody's values: ZONE PROFILE, REFERENCE PART.
func kind(i item) string {
	first := func(s string) string { before, _, _ := strings.Cut(s, "#"); return before }
	sort := first(text(i, "sk"))
	if strings.Trim(sort, "0123456789-") == "" {
		sort = "" // a day
	}
	return strings.TrimSpace(first(text(i, "pk")) + " " + sort)
}

// over tells whether an item's time is over, and it is to be forgotten.
func over(i item, now time.Time) bool {
	n, ok := i["expiresAt"].(*types.AttributeValueMemberN)
	if !ok {
		return false
	}
	at, err := strconv.ParseInt(n.Value, 10, 64)
	return err == nil && at <= now.Unix()
}

// all gives every item of a table. It scans: the one place that does, at an operator's hand.
func all(ctx context.Context, client *dynamodb.Client, table string) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		input := &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)}
		for {
			page, err := client.Scan(ctx, input)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, i := range page.Items {
				if !yield(i, nil) {
					return
				}
			}
			if input.ExclusiveStartKey = page.LastEvaluatedKey; len(input.ExclusiveStartKey) == 0 {
				return
			}
		}
	}
}

// change is what import does.
type change struct{ write, remove []item }

// restore makes the table what is wanted, or only says what that would take.
func restore(ctx context.Context, client *dynamodb.Client, table string, wanted map[string]item, do bool, out io.Writer) error {
	var todo change
	same := 0
	missing := maps.Clone(wanted)
	for has, err := range all(ctx, client, table) {
		if err != nil {
			return err
		}
		want, ok := wanted[id(has)]
		delete(missing, id(has))
		switch {
		case !ok:
			todo.remove = append(todo.remove, has)
		case reflect.DeepEqual(plain(want), plain(has)):
			same++
		default:
			todo.write = append(todo.write, want)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(missing)) {
		todo.write = append(todo.write, missing[key])
	}
	fmt.Fprintf(out, "%s: %d items are as the export has them, %d to write, %d to delete\n", table, same, len(todo.write), len(todo.remove))
	for _, side := range []struct {
		what  string
		items []item
	}{{"write ", todo.write}, {"delete", todo.remove}} {
		count := map[string]int{}
		for _, i := range side.items {
			count[kind(i)]++
		}
		for _, k := range slices.Sorted(maps.Keys(count)) {
			fmt.Fprintf(out, "  %s %6d  %s\n", side.what, count[k], k)
		}
	}
	if !do {
		return nil
	}
	var requests []types.WriteRequest
	for _, i := range todo.write {
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: i}})
	}
	for _, i := range todo.remove {
		requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item{"pk": i["pk"], "sk": i["sk"]}}})
	}
	for batch := range slices.Chunk(requests, 25) { // DynamoDB takes no more at once
		if err := write(ctx, client, table, batch); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, "done")
	return nil
}

// write sends one batch, and again what DynamoDB leaves of it.
func write(ctx context.Context, client *dynamodb.Client, table string, batch []types.WriteRequest) error {
	for pause := 50 * time.Millisecond; len(batch) > 0; pause = min(2*pause, 5*time.Second) {
		answer, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: batch}})
		if err != nil {
			return err
		}
		if batch = answer.UnprocessedItems[table]; len(batch) == 0 {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// writeExport writes a table as DynamoDB exports it, and returns the number of items.
func writeExport(ctx context.Context, client *dynamodb.Client, table string, to io.Writer) (int, error) {
	packed := gzip.NewWriter(to)
	lines := json.NewEncoder(packed)
	n := 0
	for i, err := range all(ctx, client, table) {
		if err != nil {
			return n, err
		}
		if err := lines.Encode(map[string]any{"Item": plain(i)}); err != nil {
			return n, err
		}
		n++
	}
	return n, packed.Close()
}

// readFiles reads the files of an export, without what is over. A key that stands twice is an error: two exports
// were mixed.
func readFiles(files []string, now time.Time) (map[string]item, error) {
	wanted := map[string]item{}
	for _, name := range files {
		if err := readFile(name, now, wanted); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return wanted, nil
}

func readFile(name string, now time.Time, into map[string]item) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(unpacked)
	lines.Buffer(nil, 4<<20) // an item has at most 400 kB; in base64 and with quotes it grows
	for n := 1; lines.Scan(); n++ {
		var line struct {
			Item map[string]map[string]json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		i := item{}
		for attribute, value := range line.Item {
			if i[attribute], err = attributeValue(value); err != nil {
				return fmt.Errorf("line %d: %s: %w", n, attribute, err)
			}
		}
		if text(i, "pk") == "" || text(i, "sk") == "" {
			return fmt.Errorf("line %d: no item of this table: pk or sk is missing", n)
		}
		if _, twice := into[id(i)]; twice {
			return fmt.Errorf("line %d: this key stands twice: are these files of one export?", n)
		}
		if !over(i, now) {
			into[id(i)] = i
		}
	}
	return lines.Err()
}

// attributeValue reads the types that the table has: {"S": "text"}, {"N": "1"}, {"B": "base64"}.
func attributeValue(v map[string]json.RawMessage) (types.AttributeValue, error) {
	for kind, raw := range v {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, fmt.Errorf("type %s: %w", kind, err)
		}
		switch kind {
		case "S":
			return &types.AttributeValueMemberS{Value: s}, nil
		case "N":
			return &types.AttributeValueMemberN{Value: s}, nil
		case "B":
			b, err := base64.StdEncoding.DecodeString(s)
			return &types.AttributeValueMemberB{Value: b}, err
		default:
			return nil, fmt.Errorf("the table has no attributes of type %s", kind)
		}
	}
	return nil, errors.New("no value")
}

// plain is an item as DynamoDB's JSON has it.
func plain(i item) map[string]map[string]string {
	out := make(map[string]map[string]string, len(i))
	for name, value := range i {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			out[name] = map[string]string{"S": v.Value}
		case *types.AttributeValueMemberN:
			out[name] = map[string]string{"N": v.Value}
		case *types.AttributeValueMemberB:
			out[name] = map[string]string{"B": base64.StdEncoding.EncodeToString(v.Value)}
		default:
			out[name] = map[string]string{"?": fmt.Sprintf("%T", v)} // differs from whatever an export has
		}
	}
	return out
}
