using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LeVo.Codec.Decoding;
using LeVo.Codec.Encoding;
using LeVo.Codec.Flow;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using LeVo.Core.Model;
using LeVo.Core.Residency;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Threading;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace LeVo.Codec;

/// <summary>
/// The music codec (paper, section 3.1): codes to stereo sound by flow matching over the latents of an autoencoder, and sound
/// to codes by quantized hidden states of MusicFM. Heavy: load one and share it. Thread-safe; requests don't wait for each
/// other. Parts are read from disk when a request first needs them. Dispose it after its last request.
/// </summary>
internal sealed partial class MusicCodec : IMusicCodec, IFrameCodec, ILoadsParts, IDisposable
{
    private readonly CodecFolder folder;
    private readonly ILogger logger;
    private readonly Func<string> modelHash;
    private readonly Device device;
    private readonly ModelPrecision precision;
    private readonly Resident<CodecFolder.Loaded>? resident;
    private int warned;

    private MusicCodec(CodecFolder folder, Func<string> modelHash, Device device, ModelPrecision precision, ILogger logger,
        ResidentGroup? residents)
    {
        (this.folder, this.modelHash, this.device, this.precision, this.logger) = (folder, modelHash, device, precision, logger);
        resident = residents is null ? null : new(residents, () => new(folder));
    }

    /// <inheritdoc/>
    public int SampleRate => folder.Vae.Config.SampleRate;

    /// <inheritdoc/>
    public int FrameRate => folder.Vae.FrameRate;

    /// <inheritdoc/>
    public CodecPace PaceBeside(string device) => resident is not null ? CodecPace.Afterwards
        : Indexed(device) == Indexed(this.device.ToString()) ? CodecPace.Alternating
        : CodecPace.Overlapping;

    /// <summary>Opens the codec of a model folder and checks the names and shapes of all it needs.</summary>
    /// <param name="modelPath">The folder of <c>config.yaml</c>.</param>
    /// <param name="device">Where to compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, ...</param>
    /// <param name="extraRoot">One more folder to look in for what the configuration names.</param>
    /// <param name="logger">Receives warnings about the model.</param>
    /// <param name="residents">The group that parts of the codec share memory with; null to keep them in memory.</param>
    /// <param name="precision">The type of the flow decoder's matrix products.</param>
    /// <exception cref="ModelLoadException">Files or tensors are missing or misshapen; it lists all of them.</exception>
    /// <exception cref="LeVoRuntimeException">TorchSharp's native libraries can't be loaded.</exception>
    public static MusicCodec Load(string modelPath, string device = "cpu", string? extraRoot = null, ILogger? logger = null,
        ResidentGroup? residents = null, ModelPrecision precision = ModelPrecision.Float32)
    {
        ArgumentNullException.ThrowIfNull(modelPath);
        ArgumentNullException.ThrowIfNull(device);
        LeVoRuntime.EnsureTorch();
        return Load(ModelFolder.Open(modelPath, extraRoot, logger), new Device(device), logger, residents, precision);
    }

    internal static MusicCodec Load(ModelFolder folder, Device device, ILogger? logger = null,
        ResidentGroup? residents = null, ModelPrecision precision = ModelPrecision.Float32) =>
        new(CodecFolder.Open(folder, device, precision.ToElementType().ToScalarType()), () => folder.Hash, device, precision,
            logger ?? NullLogger.Instance, residents);

    /// <inheritdoc/>
    public IReadOnlyList<SongFinding> Check(CodecDecodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<SongFinding> findings = [.. RequestRules.CheckSolver(options.Effort, options.Steps, options.Guidance)];
        if (options.Prompt is not { } prompt)
            return findings;
        if (!folder.DualTrack.CanEncode)
        {
            findings.Add(RequestRules.Error("codec",
                "The model folder's codec can't encode sound, so that songs can't continue a prompt's: leave out its stems."));
        }
        int samples = Math.Min(StereoSound.Length(prompt.Vocal, SampleRate), StereoSound.Length(prompt.Accompaniment, SampleRate));
        int frames = PromptExcerpt.Length(samples, SampleRate) / folder.Vae.Config.Ratio;
        int hop = WindowPlan.Create(1, folder.Defaults.WindowSeconds, FrameRate).Hop;
        if (frames < 1 || frames > hop)
        {
            findings.Add(RequestRules.Error("prompt", $"The prompt's sound has {frames} frames; this codec continues one to "
                + $"{hop}, {(double)hop / FrameRate} s."));
        }
        return findings;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A code is not in the codec's book, or the song has another frame rate.</exception>
    public IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(options);
        if (tokens.FrameRate != FrameRate)
            throw new ArgumentException($"The song has {tokens.FrameRate} frames per second, the codec {FrameRate}.", nameof(tokens));
        RequestRules.Require(Check(options));
        int codebookSize = folder.DualTrack.Sizes.CodebookSize;
        SoundDecoder.CheckCodes(Enumerable.Range(0, tokens.Frames).Select(t => Codes(tokens[t], options.Part)), codebookSize);
        return Produce(_ => Enumerable.Range(0, tokens.Frames).Select(t => tokens[t]),
            options with { ExpectedFrames = tokens.Frames }, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Waveform> DecodeFramesAsync(IAsyncEnumerable<TokenFrame> frames, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(options);
        RequestRules.Require(Check(options));
        return Produce(frames.ToBlockingEnumerable, options, progress, cancellationToken);
    }

    private IAsyncEnumerable<Waveform> Produce(Func<CancellationToken, IEnumerable<TokenFrame>> frames,
        CodecDecodeOptions options, IProgress<GenerationProgress>? progress, CancellationToken cancellationToken) =>
        // A block waits while the next one is computed, so that memory holds few of them.
        DedicatedThread.Produce<Waveform>((handOut, token) => Decode(frames(token), options, progress, handOut, token),
            ahead: 1, cancellationToken);

    public IReadOnlyList<SongFinding> CheckEncoding() => folder.EncodingProblem is { } problem
        ? [RequestRules.Error("codec", problem)]
        : [];

    /// <inheritdoc/>
    public Task<SongTokens> EncodeAsync(Waveform mix, StemPair stems, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mix);
        ArgumentNullException.ThrowIfNull(stems);
        return DedicatedThread.Run(() =>
        {
            using Resident<CodecFolder.Loaded>.Lease? use = resident?.Rent();
            // Both before work: a missing one is an error at once.
            (CodecEncoder mixedEncoder, CodecEncoder trackEncoder) = (Encoder(folder.Mixed), Encoder(folder.DualTrack));
            int[] mixed = mixedEncoder.Encode([StereoSound.From(mix, SampleRate)], null, cancellationToken)[0];
            int[][] tracks = trackEncoder.Encode(
                [StereoSound.From(stems.Vocal, SampleRate), StereoSound.From(stems.Accompaniment, SampleRate)],
                null, cancellationToken);
            int frames = Math.Min(mixed.Length, tracks[0].Length);
            return SongTokens.FromRows(mixed.AsSpan(0, frames), tracks[0].AsSpan(0, frames),
                tracks[1].AsSpan(0, frames), FrameRate);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public void LoadParts(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (resident is not null)
            return; // The memory is the language model's until there are tokens.
        _ = folder.DualTrack.Quantizers;
        cancellationToken.ThrowIfCancellationRequested();
        _ = folder.DualTrack.Flow;
        cancellationToken.ThrowIfCancellationRequested();
        folder.Vae.Open(withEncoder: false);
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose()
    {
        resident?.Dispose();
        folder.Dispose();
    }

    /// <summary>Decodes on the calling thread.</summary>
    private void Decode(IEnumerable<TokenFrame> song, CodecDecodeOptions options, IProgress<GenerationProgress>? progress,
        Action<Waveform> handOut, CancellationToken cancellationToken)
    {
        using IEnumerator<TokenFrame> frames = song.GetEnumerator();
        if (!frames.MoveNext())
            return;
        // Not before the first frame: until then the memory can be the language model's.
        using Resident<CodecFolder.Loaded>.Lease? use = resident?.Rent();
        using Activity? activity = LeVoTelemetry.Start("levo.decode")?.SetTag("levo.part", options.Part.ToString());
        using var noise = new SeededNoise(options.Seed);
        var working = Stopwatch.StartNew();
        SoundDecoding decoding = Start(options, noise, cancellationToken);
        decoding.Add(Codes(frames.Current, options.Part));
        void Report(int units) => progress?.Report(
            new(SongStage.Audio, units, decoding.Units, working.Elapsed) { Resumed = decoding.ResumedUnits });
        while (true)
        {
            working.Stop();
            while (!decoding.IsReady)
            {
                if (frames.MoveNext())
                    decoding.Add(Codes(frames.Current, options.Part));
                else
                    decoding.End();
            }
            working.Start();
            if (Next(decoding, Report, activity, cancellationToken) is not { } block)
                break;
            working.Stop();
            if (block[0].Length > 0)
                handOut(new(block, SampleRate));
        }
        if (decoding.ResumedUnits > 0)
            LogResumed(options.WindowFolder!, decoding.ResumedUnits, decoding.ResumedUnits + decoding.Units);
    }

    private static float[][]? Next(
        SoundDecoding decoding, Action<int> report, Activity? decode, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using Activity? activity = LeVoTelemetry.Start("levo.window", decode);
        float[][]? block = decoding.Next(report, cancellationToken);
        if (block is not null)
            LeVoTelemetry.Windows.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return block;
    }

    private SoundDecoding Start(CodecDecodeOptions options, INoiseSource noise, CancellationToken cancellationToken)
    {
        SoundPrompt? prompt = options.Prompt is null ? null : Prompt(options.Prompt, options.Part, cancellationToken);
        CodecFile codec = folder.DualTrack;
        var decoder = new SoundDecoder(codec.Flow, codec.Quantizers, folder.Vae.Open(withEncoder: prompt is not null));
        LatentStatistics statistics = decoder.Flow.Normalizer.Read();
        if (!statistics.IsFrozen && Interlocked.Exchange(ref warned, 1) == 0)
            LogAdapting(statistics.Count, LatentStatistics.FreezeCount);
        SoundSettings defaults = folder.Defaults.With(options.Effort);
        SoundSettings settings = defaults with
        {
            Flow = defaults.Flow with
            {
                Steps = options.Steps ?? defaults.Flow.Steps,
                Guidance = options.Guidance ?? defaults.Flow.Guidance,
            },
        };
        return decoder.Begin(settings, noise, prompt, options.ExpectedFrames, Windows(options, settings));
    }

    /// <summary>The windows of this request that an earlier process has decoded.</summary>
    private DecodedWindows? Windows(CodecDecodeOptions options, SoundSettings settings)
    {
        if (options.WindowFolder is not { } path)
            return null;
        string identity = string.Join('\n', SongSidecar.Library, modelHash(), device, precision, settings, options.Seed, options.Part,
            HashOf(options.Prompt?.Vocal), HashOf(options.Prompt?.Accompaniment));
        return new(path, identity, logger);

        static string HashOf(Waveform? sound) => sound is null ? "" : sound.SampleRate + string.Concat(
            sound.Channels.Select(channel => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(channel.AsSpan())))));
    }

    /// <summary>The prompt as the decoder continues it; the stem that is not wanted becomes silence.</summary>
    private SoundPrompt Prompt(StemPair stems, SongPart part, CancellationToken cancellationToken)
    {
        float[][] vocal = Excerpt(stems.Vocal, part == SongPart.Accompaniment);
        float[][] accompaniment = Excerpt(stems.Accompaniment, part == SongPart.Vocal);
        int length = Math.Min(vocal[0].Length, accompaniment[0].Length);
        float[][] both = [.. vocal.Zip(accompaniment, (v, a) => v.Take(length).Zip(a, (x, y) => x + y).ToArray())];
        return new(both, Encoder(folder.DualTrack).Encode([vocal, accompaniment], null, cancellationToken));

        float[][] Excerpt(Waveform stem, bool silent)
        {
            float[][] excerpt = PromptExcerpt.Cut(StereoSound.From(stem, SampleRate), SampleRate);
            return silent ? [.. excerpt.Select(channel => new float[channel.Length])] : excerpt;
        }
    }

    private CodecEncoder Encoder(CodecFile file) => new(file.MusicFm,
        [.. file.Sizes.Streams.Zip(file.Quantizers, (stream, row) => new EncoderStream(stream.Tap, row.Quantizers[0]))],
        SampleRate, folder.SegmentSeconds);

    /// <summary>The name of a device with its index, which can be missing.</summary>
    private static string Indexed(string device) => device.Contains(':', StringComparison.Ordinal) ? device : device + ":0";

    /// <summary>The codes of a frame, one a stream: those of a track that is not wanted are silent.</summary>
    private int[] Codes(TokenFrame frame, SongPart part)
    {
        (int silentVocal, int silentAccompaniment) = folder.SilentCodes;
        return part switch
        {
            SongPart.Mixed => [frame.Vocal, frame.Accompaniment],
            SongPart.Vocal => [frame.Vocal, silentAccompaniment],
            SongPart.Accompaniment => [silentVocal, frame.Accompaniment],
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, "No such part."),
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The codec's latent statistics are not frozen ({Count} items counted, " +
        "{Needed} needed): every request adapts a copy of its own")]
    private partial void LogAdapting(float count, float needed);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The sound resumed from '{Folder}': {Steps} of {Total} steps were there.")]
    private partial void LogResumed(string folder, int steps, int total);
}
