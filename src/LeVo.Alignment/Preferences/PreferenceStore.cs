using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Alignment.Data;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>
/// Stores pairs in a folder: the append-only file <c>pairs.jsonl</c>, and the songs' tokens in <c>tokens/</c>, each
/// stored once. A line that is incomplete after a crash is removed when the next one is appended. Only one process
/// may write at a time.
/// </summary>
internal sealed partial class PreferenceStore : IPreferenceStore
{
    private readonly Lock gate = new();
    private readonly string path;
    private readonly TokenBlobs blobs;

    /// <summary>Opens a folder; it is created with the first pair.</summary>
    public PreferenceStore(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        path = Path.Combine(folder, "pairs.jsonl");
        blobs = new(Path.Combine(folder, "tokens"));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A score is not a number, or a compared frame is not in its song.</exception>
    public void Append(PreferencePair pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        if (!double.IsFinite(pair.ChosenScore) || !double.IsFinite(pair.RejectedScore))
            throw new ArgumentException($"Scores of {pair.ChosenScore} and {pair.RejectedScore} are not finite numbers.",
                nameof(pair));
        pair.CheckFrames();
        lock (gate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // The tokens come first, so that a line never refers to a missing file.
            PairProvenance from = pair.Provenance;
            var line = new Line(pair.Condition.Lyrics, pair.Condition.Description,
                pair.Condition.Prompt is null ? null : blobs.Put(pair.Condition.Prompt), blobs.Put(pair.Chosen),
                blobs.Put(pair.Rejected), pair.Strategy, pair.ChosenScore, pair.RejectedScore, from.Model,
                    from.ChosenSeed,
                from.RejectedSeed, from.Scorer, pair.ChosenFrames?.ToArray(), pair.RejectedFrames?.ToArray());
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            file.Position = EndOfWholeLines(file);
            file.SetLength(file.Position);
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, LineJson.Default.Line) + "\n"));
            file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<PreferencePair> Read()
    {
        if (!File.Exists(path))
            yield break;
        int number = 0;
        foreach (string text in WholeLines())
            yield return Parse(text, ++number);
    }

    private PreferencePair Parse(string text, int number)
    {
        try
        {
            Line line = JsonSerializer.Deserialize(text, LineJson.Default.Line)
                ?? throw new InvalidDataException("it is null.");
            SongTokens? prompt = line.Prompt is null ? null : blobs.Get(line.Prompt);
            var pair = new PreferencePair(new(line.Lyrics, line.Description) { Prompt = prompt }, blobs.Get(line.Chosen),
                blobs.Get(line.Rejected), line.Strategy, line.ChosenScore, line.RejectedScore,
                new(line.Model, line.ChosenSeed, line.RejectedSeed, line.Scorer))
            {
                ChosenFrames = line.ChosenFrames,
                RejectedFrames = line.RejectedFrames,
            };
            pair.CheckFrames();
            return pair;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}', line {number}: {e.Message}", e);
        }
    }

    /// <summary>The complete lines; one that is incomplete after a crash is skipped.</summary>
    private IEnumerable<string> WholeLines()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        bool isCut = EndOfWholeLines(file) < file.Length;
        file.Position = 0;
        using var reader = new StreamReader(file, Encoding.UTF8);
        string? line = reader.ReadLine();
        while (line is not null)
        {
            string? next = reader.ReadLine();
            if (next is not null || !isCut)
                yield return line;
            line = next;
        }
    }

    private static long EndOfWholeLines(FileStream file)
    {
        for (long end = file.Length; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                return end;
        }
        return 0;
    }

    private sealed record Line(string? Lyrics, string? Description, string? Prompt, string Chosen, string Rejected,
        string Strategy, double ChosenScore, double RejectedScore, string Model, ulong ChosenSeed, ulong RejectedSeed,
        string Scorer, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int[]? ChosenFrames = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int[]? RejectedFrames = null);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Line))]
    private sealed partial class LineJson : JsonSerializerContext;
}
