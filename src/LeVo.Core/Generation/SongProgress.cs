using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Core.IO;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// A song that is being generated, as its progress file holds it: the request and all ids so far. The sampler's state is the
/// seed and the number of ids, since its random numbers are addressed by position.
/// </summary>
internal sealed partial record SongProgress
{
    private const int CurrentVersion = 2;
    private const long MaxBytes = 1 << 26;

    public int Version { get; init; } = CurrentVersion;

    public required KeyPart Key { get; init; }

    /// <summary>Whether the model has ended the song; only sound is left to make.</summary>
    public bool Finished { get; init; }

    /// <summary>The ids so far in three rows, mixed, vocal and accompaniment. While the song is generated, the mixed row is
    /// ahead of the others by their delays, and a row can contain the id that ends it; of a finished song, all rows have the
    /// codes of all frames.</summary>
    public required int[][] Tokens { get; init; }

    /// <summary>Everything that the tokens depend on. A file is resumed only where all of it is equal.</summary>
    /// <param name="Model">Hash of the model.</param>
    /// <param name="Lyrics">The words as the model reads them.</param>
    /// <param name="Description">The description as the model reads it.</param>
    /// <param name="Given">Hash of the codes of prompt and beginning.</param>
    /// <param name="Frames">Frames at most.</param>
    /// <param name="Seed">Seed of the draws.</param>
    /// <param name="Options">How ids are picked.</param>
    public sealed record KeyPart(string Model, string? Lyrics, string? Description, string Given, int Frames, ulong Seed,
        GenerationOptions Options)
    {
        public static KeyPart Create(TokenPlan plan, ModelInfo model)
        {
            ReadOnlySpan<int> prompt = plan.Condition.Prompt is { } codes ? codes.Codes : [];
            int[] given = [prompt.Length, .. prompt, .. plan.Beginning.Codes];
            string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(given.AsSpan())));
            return new(model.Hash, plan.Condition.Lyrics, plan.Condition.Description, hash, plan.Frames, plan.Seed,
                plan.Options);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SongProgress Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MaxBytes)
            throw new InvalidDataException($"'{path}' is no progress file of a song: it has {stream.Length} bytes.");
        SongProgress? progress;
        try
        {
            progress = JsonSerializer.Deserialize(stream, Format.SongProgress);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is no progress file of a song: {e.Message}", e);
        }
        return progress?.Problem() is { } problem
            ? throw new InvalidDataException($"'{path}' is no progress file of a song: {problem}.")
            : progress ?? throw new InvalidDataException($"'{path}' is no progress file of a song: it is empty.");
    }

    /// <summary>Writes the file over an older one; it appears whole.</summary>
    public void Save(string path) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Format.SongProgress));

    private string? Problem()
    {
        if (Version != CurrentVersion)
            return $"its version is {Version}, not {CurrentVersion}";
        if (Key is not { Model: not null, Given: not null, Options: not null })
            return "its key is not complete";
        if (Tokens is not { Length: SongTokens.RowCount } || Array.Exists(Tokens, row => row is null))
            return $"its tokens are not {SongTokens.RowCount} rows";
        if (Finished && Array.Exists(Tokens, row => row.Length != Tokens[0].Length))
            return "the rows of a finished song differ in length";
        if (Array.Exists(Tokens, row => row.Length > Key.Frames || row.AsSpan().ContainsAnyInRange(int.MinValue, -1)))
            return $"it has negative codes, or more than {Key.Frames} frames";
        return null;
    }

    // Lyrics of any script stay readable.
    private static ProgressJson Format { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    [JsonSerializable(typeof(SongProgress))]
    private sealed partial class ProgressJson : JsonSerializerContext;
}
