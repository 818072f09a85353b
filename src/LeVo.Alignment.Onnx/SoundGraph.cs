using LeVo.Core.Audio;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LeVo.Alignment.Onnx;

/// <summary>A graph that reads sound: <c>[samples]</c>, <c>[batch, samples]</c> or <c>[batch, channels, samples]</c>.</summary>
internal sealed class SoundGraph : IDisposable
{
    private readonly OnnxGraph graph;
    private readonly int rank, sampleRate;

    /// <summary>Loads a graph.</summary>
    /// <exception cref="InvalidDataException">The graph reads no sound, or its description lacks the sample rate.</exception>
    /// <inheritdoc cref="OnnxGraph(string)"/>
    public SoundGraph(string path)
    {
        graph = new(path);
        try
        {
            sampleRate = graph.Description.SampleRate
                ?? throw new InvalidDataException($"'{Path.ChangeExtension(path, ".json")}' must have 'sample_rate'.");
            rank = graph.InputMetadata.Dimensions.Length;
            if (graph.InputMetadata.ElementType != typeof(float) || rank is < 1 or > 3 || (rank < 3 && Description.Channels > 1))
            {
                throw new InvalidDataException($"'{path}': the input '{graph.Input}' has {rank} dimensions of "
                    + $"{graph.InputMetadata.ElementType?.Name}, not samples of {Description.Channels} channels.");
            }
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    public OnnxDescription Description => graph.Description;

    /// <summary>Computes the output for a sound, pooled over its windows.</summary>
    public float[] Run(Waveform sound, CancellationToken cancellationToken)
    {
        if (sound.Length == 0)
            throw new ArgumentException("The sound has no samples.", nameof(sound));
        Waveform heard = (Description.Channels == 1 ? sound.ToMono() : sound.ToStereo()).Resample(sampleRate);
        int window = Description.WindowSeconds is { } seconds ? Math.Max(1, (int)(seconds * sampleRate)) : heard.Length;
        var outputs = new List<float>();
        int width = 0;
        for (int start = 0; start < heard.Length; start += window)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] output = graph.Run(NamedOnnxValue.CreateFromTensor(graph.Input, Cut(heard, start, window)));
            if (width > 0 && output.Length != width)
                throw new InvalidOperationException($"The graph's outputs have {width} and {output.Length} values.");
            width = output.Length;
            outputs.AddRange(output);
        }
        return Pooling.Pool(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(outputs), width, Description.PoolMaximum);
    }

    public void Dispose() => graph.Dispose();

    private DenseTensor<float> Cut(Waveform sound, int start, int window)
    {
        var samples = new float[checked(window * sound.ChannelCount)];
        for (int c = 0; c < sound.ChannelCount; c++)
            sound.Channels[c].AsSpan(start, Math.Min(window, sound.Length - start)).CopyTo(samples.AsSpan(c * window));
        return new(samples, rank switch
        {
            1 => [window],
            2 => [1, window],
            _ => [1, sound.ChannelCount, window],
        });
    }
}
