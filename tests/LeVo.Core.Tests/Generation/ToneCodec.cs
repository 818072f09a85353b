using System.Runtime.CompilerServices;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

/// <summary>A codec that turns each frame into four samples of its codes, ten frames a block.</summary>
internal sealed class ToneCodec : IMusicCodec
{
    public const int SamplesPerFrame = 4;

    public List<CodecDecodeOptions> Decodes { get; } = [];

    public int BlocksComputed { get; private set; }

    public int SampleRate => 100;

    public int FrameRate { get; init; } = 25;

    /// <summary>Why it decodes nothing, or null.</summary>
    public string? Refuses { get; init; }

    public IReadOnlyList<SongFinding> Check(CodecDecodeOptions options) =>
        Refuses is { } reason ? [new(FindingSeverity.Error, "prompt", reason)] : [];

    public async IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Decodes.Add(options);
        for (int start = 0; start < tokens.Frames; start += 10)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            SongTokens part = tokens.Slice(start, Math.Min(10, tokens.Frames - start));
            float[] left = Row(part.Row(SongPart.Vocal), options.Part != SongPart.Accompaniment);
            float[] right = Row(part.Row(SongPart.Accompaniment), options.Part != SongPart.Vocal);
            BlocksComputed++;
            progress?.Report(new(SongStage.Audio, BlocksComputed, (tokens.Frames + 9) / 10, TimeSpan.FromSeconds(1)));
            yield return new([left, right], SampleRate);

            static float[] Row(ReadOnlyMemory<int> codes, bool sounds) =>
            [
                .. Enumerable.Range(0, codes.Length * SamplesPerFrame)
                    .Select(i => sounds ? codes.Span[i / SamplesPerFrame] / 32f : 0),
            ];
        }
    }

    public Task<SongTokens> EncodeAsync(
        Waveform mix, StemPair stems, CancellationToken cancellationToken = default) =>
        Task.FromResult(SongTokens.FromRows([1, 1], [2, 2], [3, 3], FrameRate));
}
