using LeVo.Core.Conditioning;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Engines;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// LeLM on the CPU with quantised weights, without libtorch. Concurrent steps are batched, so that weights are read
/// once for all of them. Owns the tensor source, the weights and the worker threads.
/// </summary>
internal sealed class CpuEngine : ILeLmEngine
{
    private readonly IFloatSource source;
    private readonly WorkerPool pool;
    private readonly WeightStore store;

    private CpuEngine(LeLmConfig config, LeLmTensors tensors, IFloatSource source, WeightPlan plan, LeLmWeights weights,
        CpuEngineOptions options, Action<string>? cacheFailed)
    {
        (Config, KvFormat, this.source) = (config, options.KvFormat, source);
        pool = new(options.Threads ?? PhysicalCores.Count);
        try
        {
            string precision = Kind(options.Bits);
            store = WeightStore.Load(plan, source, options.Cache, precision, pool, cacheFailed);
            (WeightBytes, StepBytes) = (plan.Bytes, plan.MatrixBytes);
            Conditions = new(source, tensors.Conditions, config);
            Tokens = new(source, tensors);
            Model = new(weights, config, pool, options.Kernel ?? BlockKernel.Best, KvFormat, options.MaxRows,
                options.MaxRows);
            NullPrefixes = new(config, KvFormat, options.Cache, precision, pool);
            Queue = new(Model, options.MaxRows);
        }
        catch
        {
            store?.Dispose();
            pool.Dispose();
            throw;
        }
    }

    public LeLmConfig Config { get; }

    /// <summary>How the sequences' caches are stored.</summary>
    public KvFormat KvFormat { get; }

    /// <summary>Bytes of all weights.</summary>
    public long WeightBytes { get; }

    /// <summary>Bytes of weights that one step reads.</summary>
    public long StepBytes { get; }

    /// <summary>Whether the weights are mapped from the cache file.</summary>
    public bool IsMapped => store.IsMapped;

    internal ConditionEmbedder Conditions { get; }

    internal TokenEmbedder Tokens { get; }

    /// <summary>The model; may be used only while holding <see cref="StepQueue.Gate"/>.</summary>
    internal LeLm Model { get; }

    internal NullPrefixes NullPrefixes { get; }

    internal SongPrefixes SongPrefixes { get; } = new();

    internal StepQueue Queue { get; }

    /// <summary>Loads the weights from the cache file, or quantises those of the source.</summary>
    /// <param name="source">The source of the tensors; owned by the engine, and disposed if loading fails.</param>
    /// <param name="config">Sizes and ids.</param>
    /// <param name="options">Precision, threads and cache.</param>
    /// <param name="what">The model's name for error messages.</param>
    /// <param name="cacheFailed">Receives the reason when no cache file could be written.</param>
    /// <exception cref="ModelLoadException">Tensors are missing or have unexpected shapes; the message lists all of
    /// them.</exception>
    public static CpuEngine Build(IFloatSource source, LeLmConfig config, CpuEngineOptions options, string what, Action<string>? cacheFailed = null)
    {
        try
        {
            var tensors = new LeLmTensors(config);
            string[] problems =
                [.. tensors.Used.Select(tensor => WeightPlan.Problem(source, tensor)).OfType<string>()];
            if (problems.Length > 0)
                throw new ModelLoadException(what, problems);
            var plan = new WeightPlan();
            var weights = new LeLmWeights(plan, tensors, options.Bits);
            return new(config, tensors, source, plan, weights, options, cacheFailed);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The kind of cache file of a precision.</summary>
    public static string Kind(WeightBits bits) => bits == WeightBits.Eight ? "int8" : "int4";

    public ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns) =>
        new CpuSequence(this, given, absent, columns);

    public void Dispose()
    {
        Model.Dispose();
        NullPrefixes.Dispose();
        SongPrefixes.Dispose();
        store.Dispose();
        pool.Dispose();
        source.Dispose();
    }
}

/// <summary>Options of a <see cref="CpuEngine"/>.</summary>
internal sealed record CpuEngineOptions
{
    /// <summary>Bits of the layers' weights.</summary>
    public WeightBits Bits { get; init; } = WeightBits.Eight;

    /// <summary>How the sequences' caches are stored.</summary>
    public KvFormat KvFormat { get; init; } = KvFormat.Half;

    /// <summary>Number of threads, or null for the number of physical cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The cache of quantised weights.</summary>
    public CacheFolder Cache { get; init; } = CacheFolder.None;

    /// <summary>
    /// Maximum rows of a pass, at least two: large enough for efficient prefix processing, small enough for prompt
    /// cancellation.
    /// </summary>
    public int MaxRows { get; init; } = 128;

    /// <summary>The kernel, or null for the fastest one that the processor supports.</summary>
    public BlockKernel? Kernel { get; init; }
}
