using System.Runtime.CompilerServices;
using LeVo.Core.Audio;
using LeVo.Core.Numerics;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Core.Generation;

/// <summary>Makes songs with a token generator and a codec. Thread-safe where these are; every call is a song of its
/// own.</summary>
internal sealed class SongGenerator : ISongGenerator
{
    private readonly ITokenGenerator tokens;
    private readonly IMusicCodec codec;
    private readonly SongQueue queue;
    private readonly ILogger logger;

    /// <summary>Joins the two halves.</summary>
    /// <exception cref="ArgumentException">They count frames at different rates.</exception>
    public SongGenerator(ITokenGenerator tokens, IMusicCodec codec, ILogger<SongGenerator>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(codec);
        if (tokens.Model.FrameRate != codec.FrameRate)
        {
            throw new ArgumentException($"The language model writes {tokens.Model.FrameRate} frames per second, "
                + $"the codec reads {codec.FrameRate}.", nameof(codec));
        }
        (this.tokens, this.codec, this.logger) = (tokens, codec, logger ?? NullLogger<SongGenerator>.Instance);
        queue = (tokens as TokenGenerator)?.Queue ?? new(Environment.ProcessorCount);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SongFinding> Check(SongRequest request) =>
    [
        .. tokens.Check(request).Concat(RequestRules.Check(request, tokens.Model)).Concat(CheckDecode(request)).Distinct(),
    ];

    /// <inheritdoc/>
    public async Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<SongFinding> findings = Check(request);
        RequestRules.Require(findings);
        request = RequestRules.Settle(request, tokens.Model);
        using var measure = new SongMeasure(request, tokens.Model, logger, cancellationToken);
        using SongQueue.Place place = await EnterAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan began = measure.Elapsed;
        SongTokens song = await WriteAsync(request, progress, cancellationToken).ConfigureAwait(false);
        TimeSpan written = measure.Elapsed;
        Song made = await SoundAsync(song, request, measure, progress, cancellationToken).ConfigureAwait(false);
        measure.Complete(made.Audio.Duration);
        return made with { TokenTime = written - began, AudioTime = measure.Elapsed - written, Findings = findings };
    }

    /// <inheritdoc/>
    public async Task<Song> DecodeAsync(SongTokens tokens, SongRequest request,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        List<SongFinding> findings = [.. RequestRules.CheckSound(request)];
        if (request.Seed is null)
            findings.Add(RequestRules.Error("seed", "The sound of tokens follows from the seed of their song."));
        findings.AddRange(CheckDecode(request));
        RequestRules.Require(findings);
        request = RequestRules.Settle(request, this.tokens.Model);
        using SongQueue.Place place = await EnterAsync(cancellationToken, tokens).ConfigureAwait(false);
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        Song song = await SoundAsync(tokens, request, measure: null, progress, cancellationToken).ConfigureAwait(false);
        return song with { AudioTime = System.Diagnostics.Stopwatch.GetElapsedTime(began), Findings = findings };
    }

    /// <inheritdoc/>
    public SongStream StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        IReadOnlyList<SongFinding> findings = Check(request);
        RequestRules.Require(findings);
        if (request.WithStems)
            throw new ArgumentException("A stream has one part; ask for stems without streaming.", nameof(request));
        request = RequestRules.Settle(request, tokens.Model);
        var recorder = new FrameRecorder(tokens.Model.FrameRate);
        var sound = new List<Waveform>();
        TimeSpan took = TimeSpan.Zero;
        return new(request, Stream(cancellationToken), Finish, cancellationToken) { Written = () => recorder.Written };

        async IAsyncEnumerable<Waveform> Stream([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            using var measure = new SongMeasure(request, tokens.Model, logger, cancellationToken);
            using SongQueue.Place place = await EnterAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan began = measure.Elapsed;
            await foreach (Waveform block in Sound(request, recorder, progress, cancellationToken).ConfigureAwait(false))
            {
                measure.RecordAudio();
                sound.Add(block);
                measure.IsAtCaller = true;
                yield return block;
                measure.IsAtCaller = false;
            }
            took = measure.Elapsed - began;
            measure.Complete(TimeSpan.FromSeconds((double)sound.Sum(block => (long)block.Length) / codec.SampleRate));
        }

        Song Finish() => new(request, tokens.Model, recorder.Written, Join(sound))
        {
            TokenTime = recorder.Waited,
            AudioTime = took - recorder.Waited,
            Findings = findings,
        };
    }

    /// <summary>The sound of a song that has its place, each block as early as the codec's pace allows.</summary>
    private IAsyncEnumerable<Waveform> Sound(SongRequest request, FrameRecorder recorder,
        IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        var own = tokens as TokenGenerator;
        var windows = codec as IFrameCodec;
        CodecPace pace = windows is null ? CodecPace.Afterwards
            : own is null ? CodecPace.Overlapping
            : windows.PaceBeside(own.Device);
        CodecDecodeOptions options = Options(request, request.Part);
        IAsyncEnumerable<TokenFrame> frames = recorder.PassAsync(
            Frames(request, pace == CodecPace.Alternating, progress, cancellationToken), cancellationToken);
        return pace == CodecPace.Afterwards
            ? Afterwards(cancellationToken)
            : windows!.DecodeFramesAsync(frames, options, progress, cancellationToken);

        async IAsyncEnumerable<Waveform> Afterwards([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (TokenFrame frame in frames.ConfigureAwait(false))
                continue;
            await foreach (Waveform block in codec.DecodeAsync(recorder.Written, options, progress, cancellationToken)
                .ConfigureAwait(false))
            {
                yield return block;
            }
        }
    }

    /// <summary>Waits until the song may be made.</summary>
    private async Task<SongQueue.Place> EnterAsync(CancellationToken cancellationToken, SongTokens? written = null)
    {
        try
        {
            return await queue.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new GenerationCanceledException(
                written ?? SongTokens.FromFrames([], tokens.Model.FrameRate), e, cancellationToken);
        }
    }

    /// <summary>The tokens of a song that has its place.</summary>
    private Task<SongTokens> WriteAsync(
        SongRequest request, IProgress<GenerationProgress>? progress, CancellationToken cancellationToken) =>
        TokenGenerator.CollectAsync(Frames(request, onCallersThread: false, progress, cancellationToken),
            tokens.Model.FrameRate, cancellationToken);

    /// <summary>The frames of a song that has its place.</summary>
    private IAsyncEnumerable<TokenFrame> Frames(SongRequest request, bool onCallersThread,
        IProgress<GenerationProgress>? progress, CancellationToken cancellationToken) => tokens is TokenGenerator own
        ? own.GenerateFramesAsync(request, onCallersThread, progress, cancellationToken)
        : tokens.GenerateFramesAsync(request, progress, cancellationToken);

    /// <summary>The song of given tokens.</summary>
    private async Task<Song> SoundAsync(SongTokens song, SongRequest request, SongMeasure? measure,
        IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return new(request, tokens.Model, song, await Decode(request.Part).ConfigureAwait(false))
            {
                Vocal = request.WithStems ? await Decode(SongPart.Vocal).ConfigureAwait(false) : null,
                Accompaniment = request.WithStems ? await Decode(SongPart.Accompaniment).ConfigureAwait(false) : null,
            };
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new GenerationCanceledException(song, e, cancellationToken);
        }

        async Task<Waveform> Decode(SongPart part)
        {
            var blocks = new List<Waveform>();
            await foreach (Waveform block in codec.DecodeAsync(song, Options(request, part), progress, cancellationToken)
                .ConfigureAwait(false))
            {
                measure?.RecordAudio();
                blocks.Add(block);
            }
            return Join(blocks);
        }
    }

    private IReadOnlyList<SongFinding> CheckDecode(SongRequest request) =>
        codec.Check(Options(request with { Seed = request.Seed ?? 0 }, request.Part));

    /// <summary>A track made alone has no sound to continue; the stems of a whole song continue the prompt's.</summary>
    private CodecDecodeOptions Options(SongRequest request, SongPart part) => new()
    {
        Part = part,
        Seed = new PositionRandom(request.Seed!.Value).Fork("codec"),
        Effort = request.DecoderEffort,
        Steps = request.DecoderSteps,
        Guidance = request.DecoderGuidance,
        Prompt = request.Part == SongPart.Mixed ? request.Prompt?.Stems : null,
        ExpectedFrames = request.Duration is { } duration ? (int)RequestRules.FramesOf(duration, tokens.Model) : 0,
        WindowFolder = request.ProgressPath is { } path ? SongProgressFile.WindowFolder(path) : null,
    };

    private Waveform Join(List<Waveform> blocks) =>
        blocks.Count > 0 ? Waveform.Concat(blocks) : Waveform.Silence(2, 0, codec.SampleRate);
}
