package endtoend

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestASpreadsheetFillsInAZone sends an XLSX file through zones to refdata and back, and sees a zone filled in that
// never saved anything.
func TestASpreadsheetFillsInAZone(t *testing.T) {
	t.Parallel()
	access, _ := mint(t, url.Values{"role": {"admin"}})
	var all struct{ Items []struct{ Code string } }
	send(t, access, "GET", "/api/v1/zones?pageSize=200", "").decode(t, &all)
	var code string
	for _, z := range all.Items { // managed begins at the end, while this test runs
		var one struct{ Version int }
		if send(t, access, "GET", "/api/v1/zones/"+z.Code, "").decode(t, &one); one.Version == 0 {
			code = z.Code
			break
		}
	}
	file := excelize.NewFile()
	for i, line := range [][]any{{"Functie", "Zonecode", "Telefoon"}, {"Onthaal", code, 14550099}, {"Geen", 9999, ""}} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := file.SetSheetRow("Sheet1", cell, &line); err != nil {
			t.Fatal(err)
		}
	}
	var body bytes.Buffer
	if err := file.Write(&body); err != nil {
		t.Fatal(err)
	}
	var told struct {
		Zones []struct {
			Code, Outcome string
			OwnWork       bool
			Version       int
		}
		Problems []struct {
			Line    int
			Message string
		}
	}
	media, sent := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body.String()
	if attached { // SAM's gateway takes bodies for text, and fails on any other
		media, sent = "text/csv", "Functie;Zonecode;Telefoon\nOnthaal;"+code+";14550099\nGeen;9999;\n"
	}
	got := sendAt(t, sys.URL(), "POST", "/api/v1/imports?apply=rightLines", sent, "Authorization", "Bearer "+access, "Content-Type", media)
	got.decode(t, &told)
	if got.status != http.StatusOK || len(told.Zones) != 1 || told.Zones[0].Outcome != "saved" || len(told.Problems) != 1 || told.Problems[0].Line != 3 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	var zone struct {
		Freshness     string
		ContactPoints []struct {
			Role   string
			Phones []struct{ Number, Visibility string }
		}
	}
	send(t, access, "GET", "/api/v1/zones/"+code, "").decode(t, &zone)
	if zone.Freshness != "unconfirmed" || len(zone.ContactPoints) != 1 || zone.ContactPoints[0].Phones[0].Number != "+3214550099" || zone.ContactPoints[0].Phones[0].Visibility != "schools" {
		t.Errorf("zone %s is %+v", code, zone)
	}
}
