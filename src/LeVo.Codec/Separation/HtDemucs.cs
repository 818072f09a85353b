using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>
/// The network of the stem separator (HTDemucs, arXiv 2211.08553): two U-Nets side by side, one over the spectrogram and one
/// over the waveform, joined by a transformer at the bottom; their outputs are summed as sound. It sees one segment at a
/// time and holds no state.
/// </summary>
internal sealed class HtDemucs
{
    private static readonly Scalar Floor = 1e-5.ToScalar();

    public HtDemucs(ParameterBuilder parameters, DemucsTensors tensors, DemucsConfig config)
    {
        Config = config;
        Spectrogram = new(config.FrameLength);
        FrequencyEncoders = [.. tensors.FrequencyEncoders.Select(level => new FrequencyEncoder(parameters, level))];
        TimeEncoders = [.. tensors.TimeEncoders.Select(level => new TimeEncoder(parameters, level))];
        FrequencyEmbedding = new(parameters, tensors.FrequencyEmbedding);
        if (tensors.Widen is { } widen && tensors.Narrow is { } narrow)
            Bottom = new(new(parameters, widen.Frequency), new(parameters, widen.Time), new(parameters, narrow.Frequency), new(parameters, narrow.Time));
        Transformer = new(parameters, tensors.Transformer, config);
        FrequencyDecoders = [.. tensors.FrequencyDecoders.Select(
            (level, j) => new FrequencyDecoder(parameters, level, isLast: j == DemucsConfig.Depth - 1))];
        TimeDecoders = [.. tensors.TimeDecoders.Select(
            (level, j) => new TimeDecoder(parameters, level, isLast: j == DemucsConfig.Depth - 1))];
    }

    public DemucsConfig Config { get; }

    public Spectrogram Spectrogram { get; }

    /// <summary>From the outside.</summary>
    public IReadOnlyList<FrequencyEncoder> FrequencyEncoders { get; }

    /// <summary>From the outside.</summary>
    public IReadOnlyList<TimeEncoder> TimeEncoders { get; }

    /// <summary>Added after the first level of the spectrogram's encoder.</summary>
    public Embedding FrequencyEmbedding { get; }

    /// <summary>The layers around the transformer, or null where it is as wide as the innermost level.</summary>
    public BottomLayers? Bottom { get; }

    public CrossTransformer Transformer { get; }

    /// <summary>From the inside.</summary>
    public IReadOnlyList<FrequencyDecoder> FrequencyDecoders { get; }

    /// <summary>From the inside.</summary>
    public IReadOnlyList<TimeDecoder> TimeDecoders { get; }

    /// <summary>Separates one segment, without gradients.</summary>
    /// <param name="sound"><c>[2, samples]</c>, not longer than a segment.</param>
    /// <param name="source">The one source that is wanted, or null for all.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns><c>[sources, 2, samples]</c>.</returns>
    public Tensor Forward(Tensor sound, int? source = null, CancellationToken cancellationToken = default)
    {
        long samples = sound.shape[1], segment = Config.SegmentSamples;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, segment, nameof(sound));
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor wave = samples == segment ? sound : nn.functional.pad(sound, [0, segment - samples]);
        (Tensor frequency, Tensor frequencyMean, Tensor frequencyDeviation) = Normalize(Spectrogram.Forward(wave));
        (Tensor time, Tensor timeMean, Tensor timeDeviation) = Normalize(wave);
        // Rows come first: see FrequencyEncoder.
        (Tensor x, Tensor y) = Layers(frequency.transpose(0, 1).contiguous(), time.unsqueeze(0), source, cancellationToken);
        Tensor ofFrequency = ToSound(x.mul_(frequencyDeviation).AddInPlace(frequencyMean));
        Tensor ofTime = y.mul_(timeDeviation).AddInPlace(timeMean).view(-1, DemucsConfig.AudioChannels, segment);
        return ofFrequency.AddInPlace(ofTime).narrow(2, 0, samples).MoveToOuterDisposeScope();
    }

    /// <summary>The decoded spectrogram <c>[frequencies, 4 · sources, frames]</c> as sound <c>[sources, 2, segment]</c>.</summary>
    public Tensor ToSound(Tensor rows)
    {
        using var scope = NewDisposeScope();
        const int audio = DemucsConfig.AudioChannels;
        Tensor channels = rows.view(rows.shape[0], rows.shape[1] / (2 * audio), audio, 2, rows.shape[2]);
        return Spectrogram.Inverse(channels.permute(1, 2, 3, 0, 4), Config.SegmentSamples).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the frequency embedding to the signal after the first level, in place.</summary>
    public void Embed(Tensor rows)
    {
        using var scope = NewDisposeScope();
        rows.AddInPlace(FrequencyEmbedding.Weight.unsqueeze(2), DemucsConfig.EmbeddingFactor);
    }

    /// <summary>Both branches at the bottom, before and after which they are levels of the U-Nets.</summary>
    /// <param name="frequency"><c>[rows, channels, frames]</c>.</param>
    /// <param name="time"><c>[1, channels, moments]</c>.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    public (Tensor Frequency, Tensor Time) Transform(Tensor frequency, Tensor time, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        (long rows, long frames) = (frequency.shape[0], frequency.shape[2]);
        (Tensor x, Tensor y) = ToTokens(frequency, time);
        (x, y) = Transformer.Forward(x, rows, y, cancellationToken);
        if (Bottom is not null)
            (x, y) = (Bottom.NarrowFrequency.ForwardTokens(x), Bottom.NarrowTime.ForwardTokens(y));
        return (x.view(frames, rows, -1).permute(1, 2, 0).contiguous().MoveToOuterDisposeScope(),
            y.transpose(1, 2).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>The inputs of the transformer, as <see cref="CrossTransformer.Forward"/> takes them.</summary>
    public (Tensor Frequency, Tensor Time) ToTokens(Tensor frequency, Tensor time)
    {
        using var scope = NewDisposeScope();
        Tensor x = frequency.permute(2, 0, 1).reshape(1, -1, frequency.shape[1]), y = time.transpose(1, 2).contiguous();
        if (Bottom is not null)
            (x, y) = (Bottom.WidenFrequency.ForwardTokens(x), Bottom.WidenTime.ForwardTokens(y));
        return (x.MoveToOuterDisposeScope(), y.MoveToOuterDisposeScope());
    }

    private (Tensor Frequency, Tensor Time) Layers(Tensor frequency, Tensor time, int? source, CancellationToken cancellationToken)
    {
        const int depth = DemucsConfig.Depth;
        using var scope = NewDisposeScope();
        (Tensor x, Tensor y) = (frequency, time);
        var frequencySkips = new Stack<Tensor>();
        var timeSkips = new Stack<(Tensor Signal, long Length)>();
        for (int level = 0; level < depth; level++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long length = y.shape[2];
            x = FrequencyEncoders[level].Forward(x, cancellationToken);
            y = TimeEncoders[level].Forward(y);
            if (level == 0)
                Embed(x);
            frequencySkips.Push(x);
            timeSkips.Push((y, length));
        }
        (x, y) = Transform(x, y, cancellationToken);
        for (int j = 0; j < depth; j++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isLast = j == depth - 1;
            (Tensor signal, long length) = timeSkips.Pop();
            using Tensor skip = frequencySkips.Pop(), ofTime = signal, below = x, timeBelow = y;
            x = FrequencyDecoders[j].Forward(below, skip, isLast ? Outputs(DemucsConfig.SpectrumChannels) : null, cancellationToken);
            y = TimeDecoders[j].Forward(timeBelow, ofTime, length, isLast ? Outputs(DemucsConfig.AudioChannels) : null);
        }
        return (x.MoveToOuterDisposeScope(), y.MoveToOuterDisposeScope());

        (long First, long Count)? Outputs(int channels) => source is int index ? (index * channels, channels) : null;
    }

    /// <summary>(x - mean) / (1e-5 + deviation), over all numbers together.</summary>
    private static (Tensor Normalized, Tensor Mean, Tensor Deviation) Normalize(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor mean = x.mean(), deviation = x.std(unbiased: true);
        Tensor normalized = (x - mean).div_(deviation.add(Floor, Scalars.One));
        return (normalized.MoveToOuterDisposeScope(), mean.MoveToOuterDisposeScope(), deviation.MoveToOuterDisposeScope());
    }
}

/// <summary>The layers between the innermost level and the transformer.</summary>
internal sealed record BottomLayers(
    Pointwise WidenFrequency, Pointwise WidenTime, Pointwise NarrowFrequency, Pointwise NarrowTime);
