using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeVo.Core.Adapters;
using LeVo.Core.IO;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>The JSON file beside a song: everything needed to generate it again.</summary>
internal sealed partial record SongSidecar
{
    public int Version { get; init; } = 1;

    public required string Generator { get; init; }

    public required ModelPart Model { get; init; }

    public required RequestPart Request { get; init; }

    public required GenerationOptions Options { get; init; }

    public required ResultPart Song { get; init; }

    public required TimingPart Seconds { get; init; }

    public sealed record ModelPart(string Name, string Hash, IReadOnlyList<AdapterInfo> Adapters);

    public sealed record RequestPart(string? Lyrics, string? Description, Musicality? Musicality, SongPart Part, double DurationSeconds,
        ulong? Seed, bool Prompt, int BeginningFrames, DecoderEffort DecoderEffort, int? DecoderSteps, double? DecoderGuidance,
        PromptPart? PromptOrigin);

    public sealed record PromptPart(SongPromptOrigin? Files, string CodesHash);

    public sealed record ResultPart(
        IReadOnlyList<string> Files, int Frames, int FrameRate, double DurationSeconds, int SampleRate);

    public sealed record TimingPart(double Tokens, double Audio);

    /// <summary>Name and version of this library.</summary>
    public static string Library { get; } = "LeVo for .NET " + typeof(SongSidecar).Assembly.GetName().Version?.ToString(3);

    public static SongSidecar Of(Song song, IReadOnlyList<string> files)
    {
        SongRequest request = song.Request;
        return new()
        {
            Generator = Library,
            Model = new(song.Model.Name, song.Model.Hash, song.Model.Adapters),
            Request = new(request.Lyrics?.Render(request.Part), request.Description, request.Musicality, request.Part,
                (request.Duration ?? song.Audio.Duration).TotalSeconds, request.Seed, request.Prompt is not null,
                request.Beginning?.Frames ?? 0, request.DecoderEffort, request.DecoderSteps, request.DecoderGuidance,
                request.Prompt is { } prompt ? new(prompt.Origin, CodesHash.Of(prompt.Tokens)) : null),
            Options = request.Options ?? song.Model.Options,
            Song = new(files, song.Tokens.Frames, song.Tokens.FrameRate, song.Audio.Duration.TotalSeconds,
                song.Audio.SampleRate),
            Seconds = new(song.TokenTime.TotalSeconds, song.AudioTime.TotalSeconds),
        };
    }

    public Task SaveAsync(string path, CancellationToken cancellationToken) => AtomicFile.WriteAsync(path,
        (stream, token) => JsonSerializer.SerializeAsync(stream, this, Readable.SongSidecar, token), cancellationToken);

    // Lyrics of any script stay readable.
    private static Json Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(SongSidecar))]
    private sealed partial class Json : JsonSerializerContext;
}
