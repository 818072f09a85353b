using BenchmarkDotNet.Attributes;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Benchmarks;

/// <summary>A song of the demo model from lyrics to sound, after a first one that has loaded everything; run from the repository's
/// root.</summary>
public class SongBenchmarks
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain ; [chorus] Sing it out"),
        Description = "female, pop, piano, slow",
        Seed = 1,
    };

    private ServiceProvider provider = null!;
    private ISongGenerator generator = null!;

    [Params(ModelBackend.Cpu, ModelBackend.Torch)]
    public ModelBackend Backend { get; set; }

    [Params(DecoderEffort.Exact, DecoderEffort.Balanced, DecoderEffort.Fast)]
    public DecoderEffort Effort { get; set; }

    [GlobalSetup]
    public async Task LoadAsync()
    {
        var services = new ServiceCollection();
        services.AddLeVo(options => (options.ModelPath, options.Backend) = ("models/levo-demo", Backend)).AddMusicCodec();
        provider = services.BuildServiceProvider();
        generator = provider.GetRequiredService<ISongGenerator>();
        await SongAsync().ConfigureAwait(false);
    }

    [GlobalCleanup]
    public void Free() => provider.Dispose();

    [Benchmark(Description = "song: lyrics to sound")]
    public Task<Song> SongAsync() => generator.GenerateAsync(Request with { DecoderEffort = Effort });
}
