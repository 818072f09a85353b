// How do many processes, on one machine or on many, make songs, preference pairs or token shards together?
// Work is submitted once; any number of workers does it, with a NATS server between them or, with --shard, without one; what they
// made is joined in the order of the input. A worker that is killed costs nothing but its item's time:
// dotnet run -c Release --project samples/LeVo.Samples.Worker -- submit --run pairs --work sample --input lyrics.txt
// dotnet run -c Release --project samples/LeVo.Samples.Worker -- work --run pairs
// dotnet run -c Release --project samples/LeVo.Samples.Worker -- collect --run pairs --output store
using System.Runtime.InteropServices;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Samples.Shared;
using LeVo.Samples.Worker;

const string Usage = """
    Worker submit|work|collect|status --run DIR [options]

      --run DIR            the folder of the run, which all workers see
      --model DIR          the model (default: models/levo-demo)

    submit: writes what is to be done into the run's folder, and into the queue if there is one
      --work KIND          compose (songs), sample (preference pairs) or encode (token shards)
      --input PATH         compose, sample: a file with lyrics, one song a line, or JSON Lines with gt_lyric and descriptions;
                           encode: a folder of songs as FineTune reads it
      --description TEXT   the style of songs that name none (default: female, pop)
      --seed N             seed of the first song (default: 1)
      --seconds X          the longest playing time
      --samples N          sample: songs of each lyrics (default: 4)
      --top-p X            sample: TopP, which lets the tracks vary, too (default: 0.98)
      --length-ratio X     sample: the longer song of a pair is at most so many times as long as the other (default: 1.5)
      --shard-songs N      encode: songs in a shard (default: 100)

    work: does it, until all is done
      --stay               waits for more instead of ending
      --shard I/N          the part of worker I of N; by default the part that Slurm or Kubernetes names, or all. Without --nats

    collect: joins what is done, in the order of the input
      --output DIR         songs, a store of pairs, or shards

    status: says what is done, waiting and rejected

      --nats URL           the queue of all workers, for submit, work and status
      --queue NAME         its name (default: that of the run's folder)
      --lease SECONDS      how long an item belongs to a worker that no longer answers (default: 60)
      --credentials FILE   credentials of nsc; --nkey FILE: an NKey's seed; --authority FILE: the CA's certificate
      --plain-text         lets lyrics cross the network unencrypted
      --help               this text
    """;
string verb = args.FirstOrDefault() ?? "";
var line = new ProgramArguments(args.Length > 0 && !verb.StartsWith('-') ? args[1..] : args,
    ["--run", "--model", "--work", "--input", "--description", "--seed", "--seconds", "--samples", "--top-p", "--length-ratio",
        "--shard-songs", "--shard", "--output", "--nats", "--queue", "--lease", "--credentials", "--nkey", "--authority"],
    ["--stay", "--plain-text"]);
if (verb is not ("submit" or "work" or "collect" or "status"))
    line.Problems.Add("the first argument is submit, work, collect or status.");
line.Require("--run");
if (verb == "submit")
    line.Require("--work", "--input");
if (verb == "collect")
    line.Require("--output");
if (line.Has("--shard") && line.Has("--nats"))
    line.Problems.Add("--shard divides the work without a queue; --nats does it with one.");
var settings = Settings.Read(line);
if (line.Answer(Usage) is { } exitCode)
    return exitCode;

// The first signal hands the item in progress back, the second one ends the process.
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
LeVoRuntime.TuneAllocator();
try
{
    return verb switch
    {
        "submit" => await Submission.RunAsync(settings, stop.Token),
        "work" => await Working.RunAsync(settings, stop.Token),
        "collect" => Collection.Run(settings, stop.Token),
        _ => await Status.RunAsync(settings, stop.Token),
    };
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. The same command goes on.");
    return 130;
}
catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or FormatException or ModelLoadException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
