using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Benchmarks.Race;

/// <summary>The CPU engine's pass at a chosen position, without reading everything before it: the caches are filled
/// with made-up numbers.</summary>
internal sealed unsafe class CpuRunner : IDisposable
{
    private const int MaxRows = 128;

    /// <summary>A byte that makes ordinary numbers of weights, scales and floats: without a cache folder all weights
    /// are this.</summary>
    private const byte Ordinary = 0x3C;

    private readonly LeLmConfig config;
    private readonly WeightPlan plan = new();
    private readonly NativeBlock? block;
    private readonly WeightStore? store;
    private readonly LeLm model;
    private readonly KvFormat format;
    private readonly BranchCache[] caches;

    public CpuRunner(
        LeLmConfig config, WeightBits bits, KvFormat format, WorkerPool pool, int capacity, CacheFolder folder)
    {
        (this.config, this.format) = (config, format);
        var weights = new LeLmWeights(plan, new LeLmTensors(config), bits);
        if (folder.Folder is null)
        {
            block = new(plan.Bytes);
            System.Runtime.InteropServices.NativeMemory.Fill(block.Pointer, (nuint)plan.Bytes, Ordinary);
            plan.Bind(block.Pointer);
        }
        else
        {
            using var source = new RandomFloats(config);
            store = WeightStore.Load(plan, source, folder, $"int{(int)bits}", pool);
        }
        model = new(weights, config, pool, BlockKernel.Best, format, MaxRows, 2);
        model.Grow(capacity);
        int columns = Math.Max(1, capacity - config.PrefixLength);
        caches = [new(config, format, columns), new(config, format, columns)];
    }

    public long StepBytes => plan.MatrixBytes;

    /// <summary>Bytes of both caches that a step at a position reads.</summary>
    public long CacheBytes(int position) => 2 * KvSegment.BytesFor(
        format, config, config.MixedLayers + config.TrackLayers, position);

    /// <summary>Numbers in both caches, so that their pages exist.</summary>
    public void Fill(int positions)
    {
        var random = new Random(1);
        float* key = stackalloc float[config.HeadWidth], value = stackalloc float[config.HeadWidth];
        for (int i = 0; i < config.HeadWidth; i++)
            (key[i], value[i]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
        foreach (BranchCache cache in caches)
        {
            cache.CreatePrefix();
            Fill(cache.Mixed, config.MixedLayers);
            Fill(cache.Tracks, config.TrackLayers);
        }

        void Fill(KvCache cache, int layers)
        {
            for (int part = 0; part < layers * config.Heads; part++)
            {
                for (int position = 0; position < positions; position++)
                    cache.Write(part / config.Heads, part % config.Heads, position, key, value, config.HeadWidth);
            }
        }
    }

    /// <summary>One step of both guidance rows at a position, with all heads.</summary>
    public void Step(int position)
    {
        model.Begin();
        foreach (BranchCache cache in caches)
            Add(cache, position, 1);
        model.Run();
        model.Heads([0, 1], [0, 1]);
    }

    /// <summary>Positions of one sequence, from a position on.</summary>
    public void Prefill(int position, int count)
    {
        model.Begin();
        Add(caches[0], position, count);
        model.Run(prefix: true);
    }

    public void Dispose()
    {
        foreach (BranchCache cache in caches)
            cache.Dispose();
        model.Dispose();
        store?.Dispose();
        block?.Dispose();
    }

    private void Add(BranchCache cache, int position, int count)
    {
        (cache.Mixed.Length, cache.Tracks.Length) = (position, position);
        for (int i = 0; i < count; i++)
        {
            int row = model.AddMixed(cache);
            model.AddTracks(cache, row);
            Embed(row);
        }
    }

    private void Embed(int row)
    {
        for (int i = 0; i < config.Width; i++)
        {
            model.MixedInput(row)[i] = MathF.Sin(i + row);
            model.TrackInput(row)[i] = MathF.Cos(i * row);
        }
    }
}
