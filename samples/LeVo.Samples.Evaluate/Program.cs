// How good are the songs of a folder?
// Each song and its request are measured; a table, a JSON file and an HTML page with plots are written, and two folders are
// compared song by song. Loudness, peaks, silence and lengths need no model:
// dotnet run -c Release --project samples/LeVo.Samples.Evaluate -- output --against baseline --whisper ggml-large-v3.bin
using LeVo.Alignment.Evaluation;
using LeVo.Alignment.Onnx;
using LeVo.Alignment.Phonemes;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Whisper;
using LeVo.Samples.Shared;

const string Usage = """
    Measures the songs of a folder, as Compose writes them or as a folder of training songs has them.

      FOLDER              the songs
      --against FOLDER    songs to compare them with; those of the same name are compared in pairs
      --output DIR        receives report.md, report.json and report.html (default: evaluation)
      --language CODE     the language of the lyrics, for example en (default: from the script)
      --whisper FILE      a Whisper model (ggml-*.bin): phoneme error rate of the vocals
      --embedder FILE     an ONNX graph that embeds sound: Frechet distance, similarity with audio prompts
      --text FILE         an ONNX graph that embeds strings: similarity with descriptions, too
      --judge FILE        an ONNX graph that scores sound; several separated by commas
      --rank METRIC       best and worst songs by this metric, for example loudness_lufs
      --help              this text
    """;
// The first argument that is not an option is the folder.
string? folder = args is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : null;
var line = new ProgramArguments(folder is null ? args : args[1..],
    ["--against", "--output", "--language", "--whisper", "--embedder", "--text", "--judge", "--rank"]);
if (folder is null && !line.Has(ProgramArguments.Help))
    line.Problems.Add("FOLDER is missing; it comes first.");
if (line.Has("--text") && !line.Has("--embedder"))
    line.Problems.Add("--text needs --embedder.");
if (line.Answer(Usage) is { } exitCode)
    return exitCode;

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
};
var loaded = new Stack<IDisposable>();
try
{
    // Everything is found and loaded before the first song is measured.
    IReadOnlyList<EvaluationSong> songs = EvaluationFolder.Find(folder!, line.Text("--language"));
    IReadOnlyList<EvaluationSong>? others =
        line.Text("--against") is { } against ? EvaluationFolder.Find(against, line.Text("--language")) : null;
    WhisperTranscriber? whisper = line.Text("--whisper") is { } model ? Keep(new WhisperTranscriber(model)) : null;
    OnnxEmbedder? embedder =
        line.Text("--embedder") is { } graph ? Keep(new OnnxEmbedder(graph, line.Text("--text"))) : null;
    OnnxJudge[] judges = [.. line.List("--judge", []).Select(path => Keep(new OnnxJudge(path)))];
    var evaluator = new SongEvaluator(judges, whisper, new LanguagePhonemizer(), embedder);

    SongSetEvaluation set = await MeasureAsync(folder!, songs);
    var report = new EvaluationReport(set, others is null ? null : await MeasureAsync(line.Text("--against")!, others))
    {
        RankBy = line.Text("--rank"),
    };
    string output = line.Text("--output") ?? "evaluation";
    await report.WriteAsync(output, interruption.Token);
    Console.WriteLine(report.ToMarkdown());
    Console.WriteLine($"{Path.Combine(output, "report.html")} has plots and spectrograms.");
    return 0;

    Task<SongSetEvaluation> MeasureAsync(string name, IReadOnlyList<EvaluationSong> songs) => evaluator.EvaluateAsync(
        Path.GetFileName(Path.GetFullPath(name)), songs, new CountProgress(name, songs.Count), interruption.Token);
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
finally
{
    while (loaded.TryPop(out IDisposable? service))
        service.Dispose();
}

T Keep<T>(T service) where T : IDisposable
{
    loaded.Push(service);
    return service;
}

/// <summary>Prints how many songs are measured, on one line of a terminal.</summary>
internal sealed class CountProgress(string name, int count) : IProgress<int>
{
    public void Report(int value)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{name}: {value} of {count} songs{(value == count ? "\n" : "")}");
    }
}
