package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"aanspreekpunt/shared/directory"
)

// The list of territory changes is one item, far under an item's size. Who loaded or withdrew one stands beside it, in
// an item that expires.
const (
	territoryPK = "TERRITORY"
	territorySK = "CHANGES"
)

func actSK(a directory.TerritoryAct) string {
	sk := fmt.Sprintf("BY#%08d#LOADED", a.Change)
	if a.Withdrawn {
		sk = fmt.Sprintf("BY#%08d#WITHDRAWN", a.Change)
	}
	return sk
}

// TerritorySave is a new version of the list of territory changes.
type TerritorySave struct {
	Changes directory.TerritoryChanges
	Acts    []directory.TerritoryAct // who did what makes it new
	At      time.Time
	Repeat  *Repeat // nil for a request without an Idempotency-Key
}

// TerritoryChanges reads the list of territory changes, with who loaded and withdrew them as long as that is known;
// version 0 when it was never saved.
func (s *Store) TerritoryChanges(ctx context.Context, now time.Time) (directory.TerritoryChanges, error) {
	var list directory.TerritoryChanges
	for item, err := range s.query(ctx, "read territory changes", dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :territory"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":territory": str(territoryPK)},
		ConsistentRead:            aws.Bool(true),
	}) {
		if err != nil {
			return list, err
		}
		switch text(item, "sk") {
		case territorySK:
			if list.Version, err = integer(item, "version"); err == nil {
				err = json.Unmarshal([]byte(text(item, "changes")), &list.Items)
			}
		default:
			var act directory.TerritoryAct
			if err = json.Unmarshal([]byte(text(item, "act")), &act); err == nil && now.Before(act.ExpiresAt()) {
				list.Acts = append(list.Acts, act)
			}
		}
		if err != nil {
			return list, fmt.Errorf("%w: territory changes, %s: %w", ErrBroken, text(item, "sk"), err)
		}
	}
	return list, nil
}

// putTerritory writes a list on the condition that the stored one is exactly one version older, who made it, and the
// answer to who asked.
func (s *Store) putTerritory(save TerritorySave) ([]types.TransactWriteItem, error) {
	data, err := json.Marshal(save.Changes.Items)
	if err != nil {
		return nil, err
	}
	if len(data) > maxPart {
		return nil, fmt.Errorf("%w: %d bytes of territory changes, at most %d", ErrTooLarge, len(data), maxPart)
	}
	item := key(territoryPK, territorySK)
	item["changes"] = str(string(data))
	items := []types.TransactWriteItem{{Put: s.following(item, save.Changes.Version)}}
	for _, act := range save.Acts {
		data, err := json.Marshal(act)
		if err != nil {
			return nil, err
		}
		item := key(territoryPK, actSK(act))
		item["act"], item["expiresAt"] = str(string(data)), number(int(act.ExpiresAt().Unix()))
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &s.table, Item: item}})
	}
	if save.Repeat != nil {
		record, err := s.putRepeat(*save.Repeat, save.At)
		if err != nil {
			return nil, err
		}
		items = append(items, types.TransactWriteItem{Put: record})
	}
	return items, nil
}
