using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LeVo.Alignment.Onnx;

/// <summary>
/// Embeds audio and text with two graphs, for example exports of MuQ-MuLan or CLAP. The file <c>NAME.json</c> beside
/// <c>NAME.onnx</c> describes a graph; the package's README lists its keys. Thread-safe.
/// </summary>
public sealed class OnnxEmbedder : IAudioTextEmbedder, IDisposable
{
    private readonly SoundGraph audio;
    private readonly OnnxGraph? text;
    private readonly Func<string, IReadOnlyList<long>>? tokenizer;

    /// <summary>Loads the graphs.</summary>
    /// <param name="audioPath">The graph that embeds sound.</param>
    /// <param name="textPath">The graph that embeds texts; null if none are embedded.</param>
    /// <param name="tokenizer">Returns the token ids of a text; null if the text graph reads strings. Thread-safe.</param>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is not such a graph, or its description is invalid; the message names the
    /// file.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime's native library is missing.</exception>
    public OnnxEmbedder(string audioPath, string? textPath = null, Func<string, IReadOnlyList<long>>? tokenizer = null)
    {
        audio = new(audioPath);
        this.tokenizer = tokenizer;
        try
        {
            if (textPath is null)
                return;
            text = new(textPath);
            Type? type = text.InputMetadata.ElementType;
            if (type != (tokenizer is null ? typeof(string) : typeof(long)))
            {
                throw new InvalidDataException($"'{textPath}': the input '{text.Input}' is {type?.Name}; "
                    + (tokenizer is null ? "a graph without a tokenizer in it needs one." : "token ids are int64."));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The audio has no samples.</exception>
    /// <exception cref="InvalidOperationException">The graph failed.</exception>
    public Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return Task.Run(() => this.audio.Run(audio, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">There is no text graph.</exception>
    /// <exception cref="InvalidOperationException">The graph failed.</exception>
    public Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        OnnxGraph graph = this.text ?? throw new NotSupportedException("This embedder has no graph for texts.");
        return Task.Run(() => graph.Run(Inputs(graph, text)), cancellationToken);
    }

    /// <summary>Frees the graphs. Nothing may be embedded any more.</summary>
    public void Dispose()
    {
        audio.Dispose();
        text?.Dispose();
    }

    private NamedOnnxValue[] Inputs(OnnxGraph graph, string text)
    {
        if (tokenizer is null)
            return [NamedOnnxValue.CreateFromTensor(graph.Input, new DenseTensor<string>(new[] { text }, Shape(1, graph)))];
        long[] ids = [.. tokenizer(text).Take(graph.Description.MaxTokens)];
        var tokens = NamedOnnxValue.CreateFromTensor(graph.Input, new DenseTensor<long>(ids, Shape(ids.Length, graph)));
        return graph.Description.Mask is { } mask
            ? [tokens, NamedOnnxValue.CreateFromTensor(mask,
                new DenseTensor<long>(Enumerable.Repeat(1L, ids.Length).ToArray(), Shape(ids.Length, graph)))]
            : [tokens];
    }

    private static int[] Shape(int length, OnnxGraph graph) =>
        [.. Enumerable.Repeat(1, Math.Max(0, graph.InputMetadata.Dimensions.Length - 1)), length];
}
