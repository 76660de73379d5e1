// Package filling reads what an administrator collected of many zones' contact points in a spreadsheet, line by line,
// and makes of it what each zone would save. It knows the columns by their Dutch names, in any order, and finds
// everything that is wrong with each line. It neither opens files nor stores anything: functions/refdata turns a
// CSV or XLSX file into a Table, and functions/zones saves what Fill gives.
//
// One line is one contact point: that of its zone with the same role, or a new one. A blank cell changes nothing;
// "WISSEN" clears. What a line changes is kept for schools.
package filling
