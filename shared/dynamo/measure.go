package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/telemetry"
)

// measured asks DynamoDB what each call consumed, and tells telemetry.
type measured struct {
	API
	table string
}

const total = types.ReturnConsumedCapacityTotal

type options = []func(*dynamodb.Options)

func (m measured) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.BatchGetItem, in, o, reads, func(out *dynamodb.BatchGetItemOutput) []types.ConsumedCapacity { return out.ConsumedCapacity })
}

func (m measured) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.GetItem, in, o, reads, func(out *dynamodb.GetItemOutput) []types.ConsumedCapacity { return one(out.ConsumedCapacity) })
}

func (m measured) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.Query, in, o, reads, func(out *dynamodb.QueryOutput) []types.ConsumedCapacity { return one(out.ConsumedCapacity) })
}

func (m measured) PutItem(ctx context.Context, in *dynamodb.PutItemInput, o ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.PutItem, in, o, writes, func(out *dynamodb.PutItemOutput) []types.ConsumedCapacity { return one(out.ConsumedCapacity) })
}

func (m measured) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.UpdateItem, in, o, writes, func(out *dynamodb.UpdateItemOutput) []types.ConsumedCapacity { return one(out.ConsumedCapacity) })
}

func (m measured) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.DeleteItem, in, o, writes, func(out *dynamodb.DeleteItemOutput) []types.ConsumedCapacity { return one(out.ConsumedCapacity) })
}

func (m measured) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	in.ReturnConsumedCapacity = total
	return measure(ctx, m.table, m.API.TransactWriteItems, in, o, writes, func(out *dynamodb.TransactWriteItemsOutput) []types.ConsumedCapacity { return out.ConsumedCapacity })
}

// reads and writes say which kind of units a sum is.
func reads(sum float64) (read, write float64)  { return sum, 0 }
func writes(sum float64) (read, write float64) { return 0, sum }

func measure[In, Out any](ctx context.Context, table string, call func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error), in *In, o options,
	kind func(float64) (read, write float64), consumed func(*Out) []types.ConsumedCapacity) (*Out, error) {
	started := time.Now()
	out, err := call(ctx, in, o...)
	var sum float64
	if err == nil {
		for _, c := range consumed(out) {
			sum += aws.ToFloat64(c.CapacityUnits)
		}
	}
	read, write := kind(sum)
	telemetry.Used(ctx, time.Since(started), read, write)
	if err != nil {
		err = setUp(table, err)
	}
	return out, err
}

// one is a list of what there may be.
func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}
