using System.Numerics.Tensors;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Codec.Planning;
using LeVo.Codec.Separation;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace LeVo.Codec;

/// <summary>
/// The stem separator (HTDemucs, arXiv 2211.08553), as the released system separates audio prompts. Heavy: create one and share it.
/// Thread-safe; requests don't wait for each other. Its file is looked for and read when a request first needs it. Dispose
/// it after its last request.
/// </summary>
internal sealed partial class StemSeparator : IStemSeparator, IDisposable
{
    /// <summary>Half a second of silence is put around a recording, and a seeded part of it shifts the segments.</summary>
    private const int MarginsASecond = 2;

    private static readonly string[] Names = ["third_party/demucs/ckpt/htdemucs.pth", "htdemucs.pth", "htdemucs.safetensors"];
    private readonly Lock loading = new();
    private readonly Func<IReadOnlyList<string>> folders;
    private readonly string? path;
    private readonly string device;
    private readonly ILogger logger;
    private SeparatorFile? file;

    /// <param name="folders">The folders in which the file is looked for, in their order.</param>
    /// <param name="path">The file, or null for the released names.</param>
    /// <param name="device">Where to compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, ...</param>
    /// <param name="logger">Receives warnings about the file.</param>
    public StemSeparator(Func<IReadOnlyList<string>> folders, string? path = null, string device = "cpu", ILogger? logger = null) =>
        (this.folders, this.path, this.device, this.logger) = (folders, path, device, logger ?? NullLogger.Instance);

    /// <inheritdoc/>
    public IReadOnlyList<SongFinding> Check(StemSeparationOptions? options = null)
    {
        List<SongFinding> findings = [.. Problems(options ?? new()).Select(problem => RequestRules.Error("separator", problem))];
        try
        {
            Open();
        }
        catch (ModelLoadException e)
        {
            findings.Add(RequestRules.Error("separator", e.Message));
        }
        return findings;
    }

    /// <inheritdoc/>
    public Task<StemPair> SeparateAsync(Waveform mix, StemSeparationOptions? options = null, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mix);
        options ??= new();
        foreach (string problem in Problems(options))
            throw new ArgumentException(problem, nameof(options));
        if (mix.Length == 0)
            throw new ArgumentException("The mix has no samples.", nameof(mix));
        return DedicatedThread.Run(() => Separate(mix, options, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => file?.Dispose();

    /// <summary>The vocal at the network's rate, before the peak rule. The rest is the caller's: see
    /// <see cref="Join"/>.</summary>
    /// <param name="network">The network.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="mix">Both channels at the network's rate.</param>
    /// <param name="samples">Samples from the beginning that are wanted.</param>
    /// <param name="shift">Where the first segment begins, 0 to half a second.</param>
    /// <param name="onSegment">Called after each segment with segments done and segments in all.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    internal static float[][] Vocal(HtDemucs network, Device device, float[][] mix, int samples, int shift,
        Action<int, int>? onSegment = null, CancellationToken cancellationToken = default)
    {
        TrackLevel level = TrackLevel.Measure(mix);
        if (!float.IsFinite(level.Deviation))
            throw new ArgumentException("The mix has samples that are not finite numbers.", nameof(mix));
        DemucsConfig config = network.Config;
        var plan = new SeparationPlan(mix[0].Length, config.SegmentSamples, config.SampleRate / MarginsASecond, shift);
        return new TrackSeparator(network, device).Separate(mix, level, [plan],
            new() { Source = config.VocalIndex, Samples = samples }, onSegment, cancellationToken);
    }

    /// <summary>The stems at the rate that is wanted.</summary>
    /// <param name="mix">Both channels of the mix at that rate.</param>
    /// <param name="vocal">Both channels of the vocal at the network's rate.</param>
    /// <param name="vocalRate">The network's rate.</param>
    /// <param name="sampleRate">The rate that is wanted.</param>
    internal static StemPair Join(float[][] mix, float[][] vocal, int vocalRate, int sampleRate)
    {
        float[][] scaled = PeakRule.Guard(vocal);
        float[][] resampled = StereoSound.From(new(scaled, vocalRate), sampleRate);
        int length = Math.Min(mix[0].Length, resampled[0].Length);
        float[][] voice = [.. resampled.Select(channel => channel[..length])];
        float[][] rest = [.. mix.Zip(voice, (all, part) =>
        {
            var difference = new float[length];
            TensorPrimitives.Subtract(all.AsSpan(0, length), part, difference);
            return difference;
        })];
        return new(new(voice, sampleRate), new(rest, sampleRate));
    }

    private static IEnumerable<string> Problems(StemSeparationOptions options)
    {
        if (options.SampleRate is < 1)
            yield return $"The stems' sample rate is {options.SampleRate}; it must be positive.";
        if (options.Duration is { } duration && duration <= TimeSpan.Zero)
            yield return $"The duration to separate is {duration.TotalSeconds} s; it must be positive.";
    }

    private StemPair Separate(Waveform mix, StemSeparationOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        SeparatorFile opened = Open();
        DemucsConfig config = opened.Config;
        HtDemucs network;
        lock (loading)
            network = opened.Network;
        int rate = options.SampleRate ?? mix.SampleRate;
        float[][] sound = StereoSound.From(mix, config.SampleRate);
        cancellationToken.ThrowIfCancellationRequested();
        int shift = (int)(new PositionRandom(options.Seed).Next(0, 0) * (config.SampleRate / MarginsASecond + 1));
        // A resampler reads a little beyond the end of what it gives.
        int samples = options.Duration is { } duration
            ? (int)Math.Min(sound[0].Length, Math.Ceiling((duration.TotalSeconds + ResamplerReach(config.SampleRate, rate)) * config.SampleRate))
            : sound[0].Length;
        float[][] vocal = Vocal(network, new Device(device), sound, samples, shift,
            (done, total) => progress?.Report((double)done / total), cancellationToken);
        float[][] whole = StereoSound.From(mix, rate);
        int wanted = options.Duration is { } length ? (int)Math.Min(whole[0].Length, Math.Ceiling(length.TotalSeconds * rate)) : whole[0].Length;
        return Join([.. whole.Select(channel => channel[..wanted])], vocal, config.SampleRate, rate);
    }

    /// <summary>Seconds that a resampled sample depends on, and a little more.</summary>
    private static double ResamplerReach(int from, int to) => 16.0 / Math.Min(from, to);

    private SeparatorFile Open()
    {
        lock (loading)
        {
            if (file is not null)
                return file;
            LeVoRuntime.EnsureTorch();
            List<string> problems = [];
            string found = new FileLookup(folders()).Find("the stem separator, which a mix without its stems needs",
                path is null ? Names : [path], problems) ?? throw new ModelLoadException("the stem separator", problems);
            file = SeparatorFile.Open(found, new Device(device));
            if (file.UnreadTensors.Count > 0)
                LogUnread(found, file.UnreadTensors.Count, string.Join(", ", file.UnreadTensors.Take(10)));
            return file;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{File}' has {Count} tensors that the stem separator does not read: {Names}")]
    private partial void LogUnread(string file, int count, string names);
}
