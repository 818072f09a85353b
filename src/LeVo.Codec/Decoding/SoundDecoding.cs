using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Codec.Vae;
using static TorchSharp.torch;

namespace LeVo.Codec.Decoding;

/// <summary>
/// One request for sound. Works window by window: memory holds one window, however long the song. Not thread-safe; calls may
/// come from different threads one after another.
/// </summary>
internal sealed class SoundDecoding
{
    private readonly SoundDecoder decoder;
    private readonly SoundSettings settings;
    private readonly INoiseSource noise;
    private readonly LatentStatistics statistics;
    private readonly WindowPlan plan;
    private readonly Crossfade joint;
    private readonly int[][] codes;
    private readonly int promptFrames;
    private readonly int chunks;
    private readonly long targetSamples;
    private float[] context;
    private int next;
    private long written;

    public SoundDecoding(SoundDecoder decoder, IReadOnlyList<int[]> codes, SoundSettings settings, INoiseSource noise,
        SoundPrompt? prompt)
    {
        this.decoder = decoder;
        this.settings = settings;
        this.noise = noise;
        this.codes = [.. codes.Select((stream, i) => prompt is null ? stream : [.. prompt.Codes[i], .. stream])];
        VaeConfig vae = decoder.Vae.Config;
        plan = WindowPlan.Create(this.codes[0].Length, settings.WindowSeconds, decoder.FrameRate, settings.EndsWithSong);
        joint = new(vae.AudioChannels, plan.Overlap * vae.Ratio);
        targetSamples = WindowPlan.TargetSamples(codes[0].Length, decoder.FrameRate, vae.SampleRate);
        statistics = decoder.Flow.Normalizer.Read();
        context = prompt is null ? [] : Encode(prompt.Audio);
        promptFrames = context.Length / vae.LatentWidth;
        if (promptFrames > plan.Hop)
            throw new ArgumentException($"A prompt of {promptFrames} frames is longer than {plan.Hop}, the windows' hop.", nameof(prompt));
        chunks = settings.Chunk is int chunk
            ? Math.Max(1, ChunkPlan.Starts(plan.Window, chunk, ChunkPlan.ChooseOverlap(vae)).Count)
            : 1;
        Units = plan.Count * (settings.Flow.Steps + chunks);
    }

    /// <summary>Solver steps and decoded chunks in all; a window that needs fewer chunks passes them over.</summary>
    public int Units { get; }

    /// <summary>Latents of the window that was decoded last, <c>[Z, frames]</c> row by row.</summary>
    public ReadOnlyMemory<float> Latents { get; private set; }

    /// <summary>The next finished samples <c>[channels][samples]</c>, null after the last.</summary>
    /// <param name="onUnits">Receives the number of finished units, or null.</param>
    /// <param name="cancellationToken">Stops between two solver steps or chunks.</param>
    public float[][]? Next(Action<int>? onUnits = null, CancellationToken cancellationToken = default)
    {
        if (next == plan.Count)
            return null;
        int steps = settings.Flow.Steps, unitsBefore = Units / plan.Count * next;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor latents = decoder.Flow.Solve(Window(), settings.Flow, statistics,
            step => onUnits?.Invoke(unitsBefore + step.Index), cancellationToken);
        Latents = ToArray(latents);
        float[] given = context;
        context = next == plan.Count - 1 ? [] : ToArray(latents.narrow(2, plan.Hop, plan.Overlap));
        if (next == 0)
            latents = latents.narrow(2, promptFrames, latents.shape[2] - promptFrames);
        onUnits?.Invoke(unitsBefore + steps);
        float[][] sound = Sound(latents, given,
            (done, count) => onUnits?.Invoke(unitsBefore + steps + chunks * done / count), cancellationToken);
        next++;
        float[][] finished = joint.Add(sound, isLast: next == plan.Count);
        return CutToTarget(finished);
    }

    /// <summary>A window's sound. What the song's end cuts off is not decoded, nor what the window before has decoded: the
    /// context's latents are the same, so that its sound differs only within the decoder's reach of either end.</summary>
    private float[][] Sound(Tensor latents, float[] given, Action<int, int> onChunk, CancellationToken cancellationToken)
    {
        OobleckVae vae = decoder.Vae;
        int chunk = settings.Chunk ?? int.MaxValue, ratio = vae.Config.Ratio, reach = vae.Config.Decoder.DecoderReach;
        if (!ChunkPlan.EqualsPlain(vae.Config))
            return Channels(vae.DecodeChunked(latents, chunk, onChunk, cancellationToken));
        long end = latents.shape[2];
        if (next == plan.Count - 1)
            end = Math.Min(end, Math.Max(next == 0 ? 0 : plan.Overlap, (targetSamples - written + ratio - 1) / ratio));
        int second = plan.Overlap - reach;
        if (next == 0 || second <= reach || !Repeats(given))
            return Channels(vae.DecodePart(latents, 0, end, chunk, onChunk, cancellationToken));
        float[][] head = Channels(vae.DecodePart(latents, 0, reach, chunk, null, cancellationToken));
        float[][] tail = Channels(vae.DecodePart(latents, second, end, chunk, onChunk, cancellationToken));
        return [.. head.Select((samples, c) =>
            (float[])[.. samples, .. joint.Held(c)[(reach * ratio)..(second * ratio)], .. tail[c]])];
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
            Tensor cut = tensor(plan.Cut(codes[i], next), [1, 1, frames], device: device);
            streams.Add(decoder.Quantizers[i].FromCodes(cut));
        }
        // Only statistics that still adapt count what lies beyond the context.
        Tensor given = statistics.IsFrozen ? zeros([1, width, frames]) : noise.Normal([1, width, frames]);
        if (contextFrames > 0)
            given.narrow(2, 0, contextFrames).copy_(tensor(context, [1, width, contextFrames]));
        // Of a full window's noise: a window that ends early has the same.
        Tensor start = noise.Normal([1, plan.Window, width]).narrow(1, 0, frames);
        return new(streams, start.to(device), given.to(device), contextFrames, frames);
    }

    private float[] Encode(float[][] audio)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor sound = tensor([.. audio.SelectMany(channel => channel)], [1, audio.Length, audio[0].Length],
            device: decoder.Flow.Device);
        return ToArray(decoder.Vae.EncodeSample(sound, noise));
    }

    private float[][] CutToTarget(float[][] finished)
    {
        long left = targetSamples - written;
        if (finished[0].Length > left)
            finished = [.. finished.Select(channel => channel[..(int)left])];
        written += finished[0].Length;
        return finished;
    }

    private static float[][] Channels(Tensor sound) =>
        [.. Enumerable.Range(0, (int)sound.shape[1]).Select(c => ToArray(sound.select(1, c)))];

    private static float[] ToArray(Tensor values) =>
        values.detach().to(float32).cpu().contiguous().data<float>().ToArray();
}
