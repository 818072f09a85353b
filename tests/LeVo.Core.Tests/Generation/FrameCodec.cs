using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Threading;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

/// <summary>A codec that decodes ten frames at once, each to a sample of its codes, as they arrive.</summary>
internal sealed class FrameCodec(CodecPace pace) : IMusicCodec, IFrameCodec
{
    /// <summary>Called before a block is decoded, with its number.</summary>
    public Action<int>? Decoding { get; init; }

    public int SampleRate => 25;

    public int FrameRate => 25;

    public IReadOnlyList<SongFinding> Check(CodecDecodeOptions options) => [];

    public CodecPace PaceBeside(string device) => pace;

    public IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Produce(_ => Enumerable.Range(0, tokens.Frames).Select(t => tokens[t]), cancellationToken);

    public IAsyncEnumerable<Waveform> DecodeFramesAsync(IAsyncEnumerable<TokenFrame> frames, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Produce(frames.ToBlockingEnumerable, cancellationToken);

    public Task<SongTokens> EncodeAsync(
        Waveform mix, StemPair stems, CancellationToken cancellationToken = default) =>
        Task.FromException<SongTokens>(new NotSupportedException());

    private IAsyncEnumerable<Waveform> Produce(
        Func<CancellationToken, IEnumerable<TokenFrame>> frames, CancellationToken cancellationToken) =>
        DedicatedThread.Produce<Waveform>((handOut, token) =>
        {
            int index = 0;
            foreach (TokenFrame[] block in frames(token).Chunk(10))
            {
                token.ThrowIfCancellationRequested();
                Decoding?.Invoke(index++);
                handOut(new([[.. block.Select(frame => frame.Vocal / 32f)], [.. block.Select(frame => frame.Accompaniment / 32f)]], SampleRate));
            }
        }, ahead: 1, cancellationToken);
}
