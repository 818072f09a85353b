using System.Runtime.InteropServices;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Codec.Vae;
using static TorchSharp.torch;

namespace LeVo.Codec.Decoding;

/// <summary>
/// One request for sound. Works window by window: memory holds one window, however long the song. Codes may arrive while it
/// works: a window is decoded as soon as the codes tell that another one follows, or end. Not thread-safe; calls may come from
/// different threads one after another.
/// </summary>
internal sealed class SoundDecoding
{
    private readonly SoundDecoder decoder;
    private readonly SoundSettings settings;
    private readonly INoiseSource noise;
    private readonly Crossfade joint;
    private readonly List<int>[] codes;
    private readonly int promptCodes, promptFrames, chunks;
    private LatentStatistics statistics;
    private WindowPlan plan;
    private float[] context;
    private int next, resumed;
    private long written;

    public SoundDecoding(SoundDecoder decoder, SoundSettings settings, INoiseSource noise, SoundPrompt? prompt)
    {
        this.decoder = decoder;
        this.settings = settings;
        this.noise = noise;
        codes = [.. decoder.Quantizers.Select((_, i) => prompt is null ? new List<int>() : [.. prompt.Codes[i]])];
        promptCodes = codes[0].Count;
        VaeConfig vae = decoder.Vae.Config;
        plan = PlanOf(promptCodes);
        joint = new(vae.AudioChannels, plan.Overlap * vae.Ratio);
        statistics = decoder.Flow.Normalizer.Read();
        context = prompt is null ? [] : Encode(prompt.Audio);
        promptFrames = context.Length / vae.LatentWidth;
        if (promptFrames > plan.Hop)
            throw new ArgumentException($"A prompt of {promptFrames} frames is longer than {plan.Hop}, the windows' hop.", nameof(prompt));
        chunks = settings.Chunk is int chunk
            ? Math.Max(1, ChunkPlan.Starts(plan.Window, chunk, ChunkPlan.ChooseOverlap(vae)).Count)
            : 1;
    }

    /// <summary>Frames of the song at most, where it is known before the codes end; for <see cref="Units"/>.</summary>
    public int ExpectedFrames { private get; init; }

    /// <summary>Windows that were decoded earlier, and where windows are kept; or null.</summary>
    public DecodedWindows? Kept { private get; init; }

    /// <summary>Solver steps and decoded chunks in all, without those of windows that were kept; a window that needs fewer
    /// chunks passes them over. An upper bound until the codes end.</summary>
    public int Units =>
        ((HasEnded ? plan : PlanOf(promptCodes + Math.Max(ExpectedFrames, Frames))).Count - resumed) * WindowUnits;

    /// <summary>Solver steps and decoded chunks of the windows that were kept.</summary>
    public int ResumedUnits => resumed * WindowUnits;

    /// <summary>Whether all codes are there.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the next window can be decoded, or there is none.</summary>
    public bool IsReady => HasEnded || plan.Count > next + 1;

    /// <summary>Latents of the window that was decoded last, <c>[Z, frames]</c> row by row.</summary>
    public ReadOnlyMemory<float> Latents { get; private set; }

    private int Frames => codes[0].Count - promptCodes;

    private int WindowUnits => settings.Flow.Steps + chunks;

    private long TargetSamples => WindowPlan.TargetSamples(Frames, decoder.FrameRate, decoder.Vae.Config.SampleRate);

    /// <summary>Adds the codes of a frame, one a stream.</summary>
    /// <exception cref="ArgumentException">A code is not in the book.</exception>
    public void Add(params ReadOnlySpan<int> frame)
    {
        for (int i = 0; i < codes.Length; i++)
            SoundDecoder.CheckCode(frame[i], Frames, i, decoder.Quantizers[i].CodebookSize);
        for (int i = 0; i < codes.Length; i++)
            codes[i].Add(frame[i]);
        plan = PlanOf(codes[0].Count);
    }

    /// <summary>All codes are there.</summary>
    public void End() => HasEnded = true;

    /// <summary>The next finished samples <c>[channels][samples]</c>, null after the last.</summary>
    /// <param name="onUnits">Receives the number of finished units, or null.</param>
    /// <param name="cancellationToken">Stops between two solver steps or chunks.</param>
    /// <exception cref="InvalidOperationException">More codes are needed.</exception>
    public float[][]? Next(Action<int>? onUnits = null, CancellationToken cancellationToken = default)
    {
        if (!IsReady)
            throw new InvalidOperationException("The window's codes are not complete.");
        if (Frames == 0 || next == plan.Count)
            return null;
        bool isLast = HasEnded && next == plan.Count - 1;
        if (Kept is null)
            return Decode(isLast, onUnits, cancellationToken);
        int end = Math.Min(codes[0].Count, plan.Start(next) + plan.Window);
        int[][] known = [.. codes.Select(stream => stream[..end].ToArray())];
        if (Kept.Find(known, isLast, Sizes(isLast)) is { } window)
        {
            float[][] earlier = Resume(window);
            onUnits?.Invoke((next - resumed) * WindowUnits);
            return earlier;
        }
        float[][] sound = Decode(isLast, onUnits, cancellationToken);
        Kept.Save(known, isLast, new(sound, joint.Held, context, statistics.Values));
        return sound;
    }

    private float[][] Decode(bool isLast, Action<int>? onUnits, CancellationToken cancellationToken)
    {
        int steps = settings.Flow.Steps, unitsBefore = (next - resumed) * WindowUnits;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor latents = decoder.Flow.Solve(Window(), settings.Flow, statistics,
            step => onUnits?.Invoke(unitsBefore + step.Index), cancellationToken);
        Latents = ToArray(latents);
        float[] given = context;
        context = isLast ? [] : ToArray(latents.narrow(2, plan.Hop, plan.Overlap));
        if (next == 0)
            latents = latents.narrow(2, promptFrames, latents.shape[2] - promptFrames);
        onUnits?.Invoke(unitsBefore + steps);
        float[][] sound = Sound(latents, given, isLast,
            (done, count) => onUnits?.Invoke(unitsBefore + steps + chunks * done / count), cancellationToken);
        next++;
        float[][] finished = joint.Add(sound, isLast);
        if (isLast)
        {
            long left = TargetSamples - written;
            if (finished[0].Length > left)
                finished = [.. finished.Select(channel => channel[..(int)left])];
        }
        written += finished[0].Length;
        return finished;
    }

    /// <summary>Continues after a window that was decoded earlier; takes the noise that it took.</summary>
    private float[][] Resume(DecodedWindow window)
    {
        using (NewDisposeScope())
            Noise(plan.Length(next));
        (context, statistics) = (window.Context, LatentStatistics.FromValues(window.Statistics));
        joint.Resume(window.Held);
        written += window.Sound[0].Length;
        next++;
        resumed++;
        return window.Sound;
    }

    private DecodedWindowSizes Sizes(bool isLast)
    {
        VaeConfig vae = decoder.Vae.Config;
        int overlap = isLast ? 0 : plan.Overlap;
        return new(vae.AudioChannels, (long)plan.Window * vae.Ratio, overlap * vae.Ratio, overlap * vae.LatentWidth,
            statistics.Values.Length);
    }

    private WindowPlan PlanOf(int frames) =>
        WindowPlan.Create(Math.Max(1, frames), settings.WindowSeconds, decoder.FrameRate, settings.EndsWithSong);

    /// <summary>A window's sound. What the song's end cuts off is not decoded, nor what the window before has decoded: the
    /// context's latents are the same, so that its sound differs only within the decoder's reach of either end.</summary>
    private float[][] Sound(
        Tensor latents, float[] given, bool isLast, Action<int, int> onChunk, CancellationToken cancellationToken)
    {
        OobleckVae vae = decoder.Vae;
        int chunk = settings.Chunk ?? int.MaxValue, ratio = vae.Config.Ratio, reach = vae.Config.Decoder.DecoderReach;
        if (!ChunkPlan.EqualsPlain(vae.Config))
            return Channels(vae.DecodeChunked(latents, chunk, onChunk, cancellationToken));
        long end = latents.shape[2];
        if (isLast)
            end = Math.Min(end, Math.Max(next == 0 ? 0 : plan.Overlap, (TargetSamples - written + ratio - 1) / ratio));
        int second = plan.Overlap - reach;
        if (next == 0 || second <= reach || !Repeats(given))
            return Channels(vae.DecodePart(latents, 0, end, chunk, onChunk, cancellationToken));
        float[][] head = Channels(vae.DecodePart(latents, 0, reach, chunk, null, cancellationToken));
        float[][] tail = Channels(vae.DecodePart(latents, second, end, chunk, onChunk, cancellationToken));
        return [.. head.Select((samples, c) =>
            (float[])[.. samples, .. joint.Held[c][(reach * ratio)..(second * ratio)], .. tail[c]])];
    }

    /// <summary>Whether the window begins with the latents that it was given, to rounding.</summary>
    private bool Repeats(float[] given)
    {
        int width = decoder.Vae.Config.LatentWidth;
        ReadOnlySpan<float> latents = Latents.Span;
        int frames = latents.Length / width;
        for (int i = 0; i < given.Length; i++)
        {
            (int row, int frame) = Math.DivRem(i, given.Length / width);
            if (!(Math.Abs(latents[row * frames + frame] - given[i]) <= 1e-4f * (1 + Math.Abs(given[i]))))
                return false;
        }
        return true;
    }

    private FlowWindow Window()
    {
        int width = decoder.Vae.Config.LatentWidth, frames = plan.Length(next), contextFrames = context.Length / width;
        Device device = decoder.Flow.Device;
        List<Tensor> streams = [];
        for (int i = 0; i < codes.Length; i++)
        {
            Tensor cut = tensor(plan.Cut(CollectionsMarshal.AsSpan(codes[i]), next), [1, 1, frames], device: device);
            streams.Add(decoder.Quantizers[i].FromCodes(cut));
        }
        (Tensor given, Tensor start) = Noise(frames);
        if (contextFrames > 0)
            given.narrow(2, 0, contextFrames).copy_(tensor(context, [1, width, contextFrames]));
        return new(streams, start.to(device), given.to(device), contextFrames, frames);
    }

    /// <summary>The random numbers of a window.</summary>
    private (Tensor Given, Tensor Start) Noise(int frames)
    {
        int width = decoder.Vae.Config.LatentWidth;
        // Only statistics that still adapt count what lies beyond the context.
        Tensor given = statistics.IsFrozen ? zeros([1, width, frames]) : noise.Normal([1, width, frames]);
        // Of a full window's noise: a window that ends early has the same.
        return (given, noise.Normal([1, plan.Window, width]).narrow(1, 0, frames));
    }

    private float[] Encode(float[][] audio)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor sound = tensor([.. audio.SelectMany(channel => channel)], [1, audio.Length, audio[0].Length],
            device: decoder.Flow.Device);
        return ToArray(decoder.Vae.EncodeSample(sound, noise));
    }

    private static float[][] Channels(Tensor sound) =>
        [.. Enumerable.Range(0, (int)sound.shape[1]).Select(c => ToArray(sound.select(1, c)))];

    private static float[] ToArray(Tensor values) =>
        values.detach().to(float32).cpu().contiguous().data<float>().ToArray();
}
