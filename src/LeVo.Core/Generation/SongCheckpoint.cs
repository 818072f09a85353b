using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Core.IO;

namespace LeVo.Core.Generation;

/// <summary>
/// A song that is being written, as its file holds it: what was asked for and the frames so far. The sampler's state is the
/// seed and the number of frames, since its random numbers are addressed by position.
/// </summary>
internal sealed partial record SongCheckpoint
{
    private const int CurrentVersion = 1, Rows = 3;
    private const long MostBytes = 1 << 26;

    public int Version { get; init; } = CurrentVersion;

    public required KeyPart Key { get; init; }

    /// <summary>Whether the model has ended the song; only sound is left to make.</summary>
    public bool Finished { get; init; }

    /// <summary>Codes <c>[3][frames]</c>: mixed, vocal, accompaniment.</summary>
    public required int[][] Tokens { get; init; }

    /// <summary>All that decides about the tokens. A checkpoint is of use only where all of it is equal.</summary>
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
        public static KeyPart Of(TokenPlan plan, ModelInfo model)
        {
            int[] prompt = plan.Conditions.Prompt is { } codes ? [.. codes.Cast<int>()] : [];
            int[] given = [prompt.Length, .. prompt, .. plan.Beginning];
            string hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(given.AsSpan())));
            return new(model.Hash, plan.Conditions.Lyrics, plan.Conditions.Description, hash, plan.Frames, plan.Seed,
                plan.Options);
        }
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SongCheckpoint Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MostBytes)
            throw new InvalidDataException($"'{path}' is no checkpoint of a song: it has {stream.Length} bytes.");
        SongCheckpoint? checkpoint;
        try
        {
            checkpoint = JsonSerializer.Deserialize(stream, Format.SongCheckpoint);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is no checkpoint of a song: {e.Message}", e);
        }
        return checkpoint?.Problem() is { } problem
            ? throw new InvalidDataException($"'{path}' is no checkpoint of a song: {problem}.")
            : checkpoint ?? throw new InvalidDataException($"'{path}' is no checkpoint of a song: it is empty.");
    }

    /// <summary>Writes the checkpoint over an older one; it appears whole.</summary>
    public void Save(string path) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Format.SongCheckpoint));

    private string? Problem()
    {
        if (Version != CurrentVersion)
            return $"its version is {Version}, not {CurrentVersion}";
        if (Key is not { Model: not null, Given: not null, Options: not null })
            return "its key is not complete";
        if (Tokens is not { Length: Rows } || Array.Exists(Tokens, row => row is null || row.Length != Tokens[0]?.Length))
            return $"its tokens are not {Rows} rows of equal length";
        if (Tokens[0].Length > Key.Frames || Array.Exists(Tokens, row => row.AsSpan().ContainsAnyInRange(int.MinValue, -1)))
            return $"it has negative codes, or more than {Key.Frames} frames";
        return null;
    }

    // Lyrics of any script stay readable.
    private static CheckpointJson Format { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    [JsonSerializable(typeof(SongCheckpoint))]
    private sealed partial class CheckpointJson : JsonSerializerContext;
}
