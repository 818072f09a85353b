using System.Text.Json;
using LeVo.Alignment.Policy;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Songs;
using LeVo.Cluster.Work;
using LeVo.Core.Text;

namespace LeVo.Samples.Worker;

/// <summary>Writes what is to be done into the run's folder and into the queue. A line that can't be used costs no other.</summary>
internal static class Submission
{
    public static async Task<int> RunAsync(Settings settings, CancellationToken stop)
    {
        var problems = new List<string>();
        WorkItem[] items = [.. Items(settings, problems).DistinctBy(item => item.Id)];
        settings.Run.Write(items);
        await using NatsWorkQueue? queue = settings.Queue();
        int added = 0;
        foreach (WorkItem item in items.Where(item => queue is not null && !settings.Run.HasPart(item)))
            added += await queue!.AddAsync(item, stop) ? 1 : 0;
        foreach (string problem in problems)
            Console.Error.WriteLine($"error: {problem}");
        Console.WriteLine($"{items.Length} items in {settings.Run.ItemsPath}"
            + (queue is null ? "" : $", {added} added to the queue"));
        return problems.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<WorkItem> Items(Settings settings, List<string> problems)
    {
        switch (settings.Text("--work"))
        {
            case "compose":
                return ComposeWork.CreateItems(settings.Model, Songs(settings, problems).Select(song => new ComposeOrder
                {
                    Lyrics = song.Lyrics,
                    Description = song.Description,
                    Seed = song.Seed,
                    Seconds = settings.Seconds,
                }));
            case "sample":
                return PreferenceWork.CreateItems(TrainableModel.Open(settings.Model), Songs(settings, problems).Select(song =>
                    new PreferenceOrder
                    {
                        Lyrics = song.Lyrics,
                        Description = song.Description,
                        Samples = settings.Samples,
                        Seed = song.Seed,
                        Seconds = settings.Seconds,
                        Options = new() { TopP = settings.TopP },
                        Selection = new() { MaximumPerCondition = 2, MaximumLengthRatio = settings.LengthRatio },
                        Strategy = Working.Scorer.Strategy,
                        Scorer = Working.Scorer.Name,
                    }));
            case "encode":
                return EncodeWork.CreateItems(settings.Model, settings.Text("--input"), settings.ShardSongs);
            default:
                throw new ArgumentException($"--work is compose, sample or encode, not '{settings.Text("--work")}'.");
        }
    }

    /// <summary>The songs of the input. The seed of each follows from its line.</summary>
    private static IEnumerable<(string Lyrics, string Description, ulong Seed)> Songs(Settings settings, List<string> problems)
    {
        string path = settings.Text("--input"), usual = settings.Line.Text("--description") ?? "female, pop";
        foreach ((int index, string line) in File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string lyrics = line, description = usual;
            try
            {
                if (line.StartsWith('{'))
                {
                    using var song = JsonDocument.Parse(line);
                    lyrics = song.RootElement.GetProperty("gt_lyric").GetString() ?? "";
                    if (song.RootElement.TryGetProperty("descriptions", out JsonElement own))
                        description = own.GetString() ?? usual;
                }
                Lyrics.Parse(lyrics);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                problems.Add($"{path}, line {index + 1}: {e.Message}");
                continue;
            }
            yield return (lyrics, description, unchecked(settings.Seed + (ulong)index));
        }
    }
}
