package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "restore:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("want `export -table TABLE -file FILE`, `compare -table TABLE FILES…` or `import -table TABLE FILES…`")

func run(ctx context.Context, arguments []string, out io.Writer) error {
	if len(arguments) == 0 {
		return errUsage
	}
	flags := flag.NewFlagSet(arguments[0], flag.ContinueOnError)
	table := flags.String("table", "", "the `TABLE`")
	file := flags.String("file", "", "the `FILE` to write an export to")
	if err := flags.Parse(arguments[1:]); err != nil {
		return err
	}
	if *table == "" {
		return errUsage
	}
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := dynamodb.NewFromConfig(settings)
	switch command := arguments[0]; {
	case command == "export" && *file != "" && flags.NArg() == 0:
		return exportTo(ctx, client, *table, *file, out)
	case (command == "compare" || command == "import") && *file == "" && flags.NArg() > 0:
		wanted, err := readFiles(flags.Args(), time.Now())
		if err != nil {
			return err
		}
		return restore(ctx, client, *table, wanted, command == "import", out)
	}
	return errUsage
}

func exportTo(ctx context.Context, client *dynamodb.Client, table, file string, out io.Writer) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	n, err := writeExport(ctx, client, table, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d items of %s in %s\n", n, table, file)
	return nil
}
