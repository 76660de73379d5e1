package endtoend

import (
	"flag"
	"fmt"
	"os"
)

// rightsAgree holds what the functions asked of AWS while the tests ran against their roles in the template, both
// ways: nothing missing and, when all tests ran, nothing unused. A right that no call uses comes out of the template,
// or a test that needs it comes in here.
func rightsAgree() bool {
	whole := true
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		whole = whole && flag.Lookup(name).Value.String() == ""
	}
	findings := asked.Findings(sys.Functions(), whole)
	for _, finding := range findings {
		fmt.Fprintln(os.Stderr, "rights:", finding)
	}
	if len(findings) > 0 {
		fmt.Fprintf(os.Stderr, "FAIL: %d rights in template.yaml do not agree with what the functions asked\n", len(findings))
	}
	return len(findings) == 0
}
