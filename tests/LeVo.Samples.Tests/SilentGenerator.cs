using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Samples.Tests;

/// <summary>Returns one second of silence.</summary>
internal sealed class SilentGenerator : ISongGenerator
{
    private static readonly ModelInfo Model = new("silence", Hash: "", FrameRate: 25, TimeSpan.FromSeconds(16), new());

    public IReadOnlyList<SongFinding> Check(SongRequest request) => [];

    public Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        int[] codes = new int[25];
        return DecodeAsync(SongTokens.FromRows(codes, codes, codes), request, progress, cancellationToken);
    }

    public Task<Song> DecodeAsync(SongTokens tokens, SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        request = request with { Seed = request.Seed ?? 1 };
        return Task.FromResult(new Song(request, Model, tokens, Waveform.Silence(2, 48_000, 48_000)));
    }

    public SongStream StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Song song = GenerateAsync(request, progress, cancellationToken).Result;
        return new(song.Request, new[] { song.Audio }.ToAsyncEnumerable(), () => song, cancellationToken);
    }
}
