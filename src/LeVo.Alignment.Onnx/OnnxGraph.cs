using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LeVo.Alignment.Onnx;

/// <summary>A loaded graph with one input of its own and one output. Thread-safe.</summary>
internal sealed class OnnxGraph : IDisposable
{
    private readonly string path;
    private readonly InferenceSession session;

    /// <summary>Loads a graph.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file or its description is invalid.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime's native library is missing.</exception>
    public OnnxGraph(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no ONNX file '{path}'.", path);
        this.path = path;
        Description = OnnxDescription.Read(path);
        try
        {
            session = new(path);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"'{path}' could not be loaded as an ONNX graph: {e.Message}", e);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException($"ONNX Runtime's native library could not be loaded: {e.Message} Reference one of "
                + "the packages Microsoft.ML.OnnxRuntime (processor) or Microsoft.ML.OnnxRuntime.Gpu.", e);
        }
        try
        {
            Input = Find("input", Description.Input, session.InputMetadata, Description.Mask);
            Output = Find("output", Description.Output, session.OutputMetadata, null);
            if (Description.Mask is { } mask && !session.InputMetadata.ContainsKey(mask))
                throw new InvalidDataException($"'{path}' has no input '{mask}'.");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public OnnxDescription Description { get; }

    public string Input { get; }

    /// <summary>What the graph says of its input.</summary>
    public NodeMetadata InputMetadata => session.InputMetadata[Input];

    private string Output { get; }

    /// <summary>Computes the output, pooled to its last dimension.</summary>
    /// <exception cref="InvalidOperationException">The graph failed or has an output without values.</exception>
    public float[] Run(params IReadOnlyCollection<NamedOnnxValue> inputs)
    {
        try
        {
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs, [Output]);
            DenseTensor<float> tensor = results[0].Value as DenseTensor<float>
                ?? throw new InvalidOperationException($"'{path}': the output '{Output}' is not a tensor of float32.");
            ReadOnlySpan<float> values = tensor.Buffer.Span;
            return values.Length == 0
                ? throw new InvalidOperationException($"'{path}': the output '{Output}' is empty.")
                : Pooling.Pool(values, tensor.Rank == 0 ? 1 : tensor.Dimensions[^1], Description.PoolMaximum);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidOperationException($"'{path}' failed: {e.Message}", e);
        }
    }

    public void Dispose() => session.Dispose();

    private string Find(string kind, string? named, IReadOnlyDictionary<string, NodeMetadata> nodes, string? besides)
    {
        string[] others = [.. nodes.Keys.Where(name => name != besides)];
        return named is null
            ? others is [var only] ? only : throw new InvalidDataException(
                $"'{path}' has the {kind}s {string.Join(", ", others)}: name one as '{kind}' in '{Path.ChangeExtension(path, ".json")}'.")
            : nodes.ContainsKey(named) ? named
            : throw new InvalidDataException($"'{path}' has no {kind} '{named}', only {string.Join(", ", others)}.");
    }
}
