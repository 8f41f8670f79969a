// Command runc, found earlier in PATH than the real one, makes containers start on a machine that withholds
// CAP_SYS_RESOURCE, as locked-down virtual machines do.
//
// Without that capability a container can't be given it, can't have a higher limit than its parent and can't be
// preferred by the OOM killer, so every `docker run --privileged` fails. The shim takes these wishes out of the
// bundle's config.json (or an exec's process.json) and hands over to the real runc. Where the capability is there
// it changes nothing. Formats: https://github.com/opencontainers/runtime-spec/blob/main/config.md
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const capability = "CAP_SYS_RESOURCE"

func main() {
	runtime, err := realRuntime()
	if err == nil {
		err = relax(os.Args[1:])
	}
	if err == nil {
		err = syscall.Exec(runtime, append([]string{"runc"}, os.Args[1:]...), os.Environ())
	}
	fmt.Fprintln(os.Stderr, "oci-shim:", err)
	os.Exit(1)
}

// realRuntime is the first runc in the usual places that is not this program.
func realRuntime() (string, error) {
	self, err := os.Stat("/proc/self/exe")
	if err != nil {
		return "", err
	}
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/bin") {
		path, err := exec.LookPath(filepath.Join(dir, "runc"))
		if err != nil {
			continue
		}
		if found, err := os.Stat(path); err == nil && !os.SameFile(self, found) {
			return path, nil
		}
	}
	return "", fmt.Errorf("no runc beside this one: install the package runc")
}

// relax edits the file that the call hands to runc, if it hands one over and the capability is missing.
func relax(args []string) error {
	command, file := configFile(args)
	if file == "" || hasCapability() {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	config := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // large numbers must survive the round trip
	if err := decoder.Decode(&config); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	process := config
	if command != "exec" {
		process, _ = config["process"].(map[string]any)
	}
	relaxProcess(process)
	if content, err = json.Marshal(config); err != nil {
		return err
	}
	if err := os.WriteFile(file+".relaxed", content, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".relaxed", file)
}

// configFile is the call's subcommand and the file in which it describes the process.
func configFile(args []string) (command, file string) {
	flags := map[string]string{}
	for i, arg := range args {
		switch {
		case arg == "create" || arg == "run" || arg == "restore" || arg == "exec":
			if command == "" {
				command = arg
			}
		case strings.HasPrefix(arg, "-"):
			name, value, found := strings.Cut(strings.TrimLeft(arg, "-"), "=")
			if !found && i+1 < len(args) {
				value = args[i+1]
			}
			flags[name] = value
		}
	}
	switch command {
	case "":
		return "", ""
	case "exec":
		return command, first(flags["process"], flags["p"])
	default:
		return command, filepath.Join(first(flags["bundle"], flags["b"], "."), "config.json")
	}
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// hasCapability reads the effective set of this process; CAP_SYS_RESOURCE is bit 24.
func hasCapability() bool {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return true
	}
	for _, line := range strings.Split(string(status), "\n") {
		var set uint64
		if n, _ := fmt.Sscanf(line, "CapEff: %x", &set); n == 1 {
			return set&(1<<24) != 0
		}
	}
	return true
}

func relaxProcess(process map[string]any) {
	if sets, ok := process["capabilities"].(map[string]any); ok {
		for name, set := range sets {
			sets[name] = without(set)
		}
	}
	if limits, ok := process["rlimits"].([]any); ok {
		process["rlimits"] = reachable(limits)
	}
	if score, ok := process["oomScoreAdj"].(json.Number); ok && strings.HasPrefix(score.String(), "-") {
		process["oomScoreAdj"] = 0
	}
}

func without(set any) any {
	names, _ := set.([]any)
	kept := []any{}
	for _, name := range names {
		if name != capability {
			kept = append(kept, name)
		}
	}
	return kept
}

// reachable lowers the limit of open files to what this process may have itself, and leaves out those limits
// that nothing in a container of ours needs raised.
func reachable(limits []any) []any {
	var own syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &own); err != nil {
		return limits
	}
	kept := []any{}
	for _, item := range limits {
		limit, _ := item.(map[string]any)
		switch limit["type"] {
		case "RLIMIT_NPROC", "RLIMIT_MEMLOCK", "RLIMIT_CORE":
			continue
		case "RLIMIT_NOFILE":
			limit["hard"], limit["soft"] = lower(limit["hard"], own.Max), lower(limit["soft"], own.Max)
		}
		kept = append(kept, limit)
	}
	return kept
}

func lower(wish any, most uint64) any {
	var wanted uint64
	if number, ok := wish.(json.Number); ok {
		if _, err := fmt.Sscan(number.String(), &wanted); err == nil && wanted <= most {
			return number
		}
	}
	return most
}
