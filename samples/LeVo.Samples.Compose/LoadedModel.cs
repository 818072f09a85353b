using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace LeVo.Samples.Compose;

/// <summary>A model that is ready to sing, and what keeps it alive.</summary>
/// <param name="Generator">Makes songs.</param>
/// <param name="Check">What the model finds odd in lyrics.</param>
/// <param name="MaxDuration">The longest song.</param>
/// <param name="Owner">Frees the model.</param>
/// <param name="Hash">Names the model's content.</param>
internal sealed record LoadedModel(ISongGenerator Generator, Func<Lyrics, IReadOnlyList<LyricsFinding>> Check,
    TimeSpan MaxDuration, IDisposable Owner, string Hash = "") : IDisposable
{
    /// <summary>Loads a model folder.</summary>
    /// <exception cref="ModelLoadException">Something of it is missing or broken.</exception>
    /// <exception cref="LeVoRuntimeException">The native libraries are missing, or lack the device.</exception>
    public static LoadedModel Load(string path, Arguments arguments, Terminal terminal)
    {
        LeVoRuntime.EnsureTorch();
        torch.set_num_threads(arguments.Threads ?? ThreadsFor(path));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new TerminalLogger(terminal))
            .AddFilter(typeof(ITokenGenerator).FullName, LogLevel.Error)); // findings in lyrics were shown before
        services.AddLeVo(options =>
        {
            options.ModelPath = path;
            options.Device = Arguments.Name(arguments.Device);
            (options.Backend, options.Precision) = (arguments.Backend, arguments.Precision);
            options.Threads = arguments.Threads;
        }).AddMusicCodec();
        ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            LeVoModel model = provider.GetRequiredService<LeVoModel>();
            return new(provider.GetRequiredService<ISongGenerator>(), model.Check, model.Info.MaxDuration, provider,
                model.Info.Hash);
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    public void Dispose() => Owner.Dispose();

    /// <summary>
    /// A small model gains little from a second thread, and where other programs run it loses much: OpenMP's threads wait
    /// for each other thousands of times a second (ten times slower was measured on two busy cores).
    /// </summary>
    private static int ThreadsFor(string path)
    {
        const long Small = 256 << 20;
        long bytes = new DirectoryInfo(path).EnumerateFiles("model.*").Sum(file => file.Length);
        return bytes < Small ? 1 : Environment.ProcessorCount;
    }
}
