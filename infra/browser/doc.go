// Package browser holds the tests of the pages in a real Chromium: accessibility with axe-core, the keyboard, 320
// px, text at 200 %, dark mode, forced colours, paper, and life without JavaScript. The pages come from the real
// function binaries behind infra/local. Where Chromium or axe-core is missing the tests are skipped with one line
// that says how to get it; with AANSPREEKPUNT_REQUIRE_TOOLS=1 that is a failure.
package browser
