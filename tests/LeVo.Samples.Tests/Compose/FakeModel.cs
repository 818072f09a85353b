using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Samples.Compose;

namespace LeVo.Samples.Tests.Compose;

/// <summary>Sings a second of a constant at once.</summary>
internal sealed class FakeModel : ISongGenerator, IDisposable
{
    public List<SongRequest> Requests { get; } = [];

    public int Loads { get; private set; }

    public bool IsFreed { get; private set; }

    public IReadOnlyList<LyricsFinding> Findings { get; init; } = [];

    /// <summary>Called before a song is finished.</summary>
    public Action<int>? OnSong { get; init; }

    public LoadedModel Load(string path, Arguments arguments)
    {
        Loads++;
        return new(this, lyrics => [.. Findings, .. lyrics.Findings], TimeSpan.FromSeconds(16), this);
    }

    public IReadOnlyList<SongFinding> Check(SongRequest request) => request.Duration > TimeSpan.FromSeconds(16)
        ? [new(FindingSeverity.Error, "duration", "It is too long.")]
        : [];

    public Task<Song> DecodeAsync(SongTokens tokens, SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public async Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Requests.Add(request);
        progress?.Report(new(SongStage.Tokens, 1, 25, TimeSpan.FromSeconds(1)));
        OnSong?.Invoke(Requests.Count);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        var sound = new Waveform([new float[8000], new float[8000]], 8000);
        var model = new ModelInfo("fake", "00", 25, TimeSpan.FromSeconds(16), new());
        request = request with { Duration = request.Duration ?? model.MaxDuration, Options = model.Options };
        return new(request, model, SongTokens.FromRows(new int[25], new int[25], new int[25]), sound)
        {
            Vocal = request.WithStems ? sound : null,
            Accompaniment = request.WithStems ? sound : null,
        };
    }

    public SongStream StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Dispose() => IsFreed = true;
}
