// Command chuchu answers questions over a collection of articles; every sentence
// of an answer points to the exact characters of the article it rests on.
//
// The commands are here and in the command_*.go files; local.go joins the parts
// for a collection opened in this process, remote.go speaks to the server that
// has it open, output.go is how things are printed, and config.go what can be set.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // from here on a second signal ends the process at once
	}()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	os.Exit(report(os.Stderr, err))
}

// commandLine is what can be typed.
type commandLine struct {
	Config   string `help:"Configuration file (default: config.yaml, where there is one)." placeholder:"FILE"`
	Data     string `help:"Data directory (default: data)." placeholder:"DIR"`
	LogLevel string `help:"debug, info, warn or error." placeholder:"LEVEL"`
	JSON     bool   `name:"json" help:"Write JSON, for programs."`

	Serve    serveCommand    `cmd:"" help:"Answer over HTTP."`
	Ingest   ingestCommand   `cmd:"" help:"Take files and folders into the collection."`
	Search   searchCommand   `cmd:"" help:"Find passages."`
	Ask      askCommand      `cmd:"" help:"Ask a question; the answer comes with its sources."`
	Brief    briefCommand    `cmd:"" help:"Make a briefing on a topic, every sentence with its source."`
	Check    checkCommand    `cmd:"" help:"Check a draft: every sentence with what the collection says of it."`
	Articles articlesCommand `cmd:"" help:"List, delete or export articles."`
	Eval     evalCommand     `cmd:"" help:"Measure search, answers, checks and briefings on sets of them."`
	Key      keyCommand      `cmd:"" help:"Make API keys."`
	Backup   backupCommand   `cmd:"" help:"Copy the record to a file, also while a server runs."`
	Doctor   doctorCommand   `cmd:"" help:"Check configuration, record, indexes, embedder and model."`
	MCP      mcpCommand      `cmd:"" name:"mcp" help:"Let an assistant use the collection, by the Model Context Protocol on standard input and output."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// A program is what commands share: the streams, the configuration, the log.
type program struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	config Config
	json   bool
	log    *slog.Logger
}

// exitError ends the program with a status of its own.
type exitError struct {
	status int
	err    error // nil: everything was said already
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

const (
	statusFailed  = 1
	statusUsage   = 2
	statusRefused = 3 // something was refused, everything else went in
)

// report says what went wrong and returns the exit status.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	status := statusFailed
	var exit *exitError
	if errors.As(err, &exit) {
		status = exit.status
		if exit.err == nil {
			return status
		}
	}
	fmt.Fprintln(stderr, "chuchu:", err)
	return status
}

// run is the whole program: it parses args, carries out the command and returns
// when it is done or ctx has ended.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	var line commandLine
	parser, err := kong.New(&line,
		kong.Name("chuchu"),
		kong.Description("chuchu 出处 answers questions over a collection of articles, every sentence with its source."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { panic(helpShown(status)) }),
	)
	if err != nil {
		return err
	}
	defer func() { // kong ends the program after --help; here the tests go on
		if r := recover(); r != nil {
			if _, ok := r.(helpShown); !ok {
				panic(r)
			}
		}
	}()
	command, err := parser.Parse(args)
	if err != nil {
		return &exitError{statusUsage, fmt.Errorf("%w; chuchu --help lists the commands", err)}
	}
	p, err := newProgram(line, stdin, stdout, stderr)
	if err != nil {
		return &exitError{statusUsage, err}
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return plain(ctx, command.Run(p))
}

var errStopped = errors.New("stopped")

// plain says in one word that a command ended because it was told to; what it was
// doing then is nobody's concern.
func plain(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx))) {
		return errStopped
	}
	return err
}

type helpShown int

func newProgram(line commandLine, stdin io.Reader, stdout, stderr io.Writer) (*program, error) {
	config, err := LoadConfig(line.Config, os.Environ())
	if err != nil {
		return nil, err
	}
	if line.Data != "" {
		config.Data = line.Data
	}
	if line.LogLevel != "" {
		config.LogLevel = line.LogLevel
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(config.LogLevel)); err != nil {
		return nil, fmt.Errorf("--log-level: %q is none of debug, info, warn, error", config.LogLevel)
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
	return &program{stdin: stdin, stdout: stdout, stderr: stderr, config: config, json: line.JSON, log: log}, nil
}
