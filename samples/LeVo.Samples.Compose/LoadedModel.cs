using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Prompts;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace LeVo.Samples.Compose;

/// <summary>A loaded model and its owner.</summary>
/// <param name="Generator">Makes songs.</param>
/// <param name="Check">Finds problems of lyrics that depend on the model.</param>
/// <param name="MaxDuration">The longest song.</param>
/// <param name="Owner">Frees the model.</param>
/// <param name="Hash">Hash of the model's files.</param>
internal sealed record LoadedModel(ISongGenerator Generator, Func<Lyrics, IReadOnlyList<LyricsFinding>> Check,
    TimeSpan MaxDuration, IDisposable Owner, string Hash = "") : IDisposable
{
    /// <summary>Loads audio prompts from recordings; a model that is not loaded from a folder may have none.</summary>
    public PromptLoader? Prompts { get; init; }

    /// <summary>Loads a model folder.</summary>
    /// <exception cref="ModelLoadException">Something of it is missing or broken.</exception>
    /// <exception cref="LeVoRuntimeException">The native libraries are missing, or lack the device.</exception>
    public static LoadedModel Load(string path, Arguments arguments, Terminal terminal)
    {
        LeVoRuntime.EnsureTorch();
        torch.set_num_threads(arguments.Threads ?? ThreadsFor(path));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new TerminalLogger(terminal))
            .AddFilter(typeof(ITokenGenerator).FullName, LogLevel.Error)); // findings in lyrics are printed by Compose
        services.AddLeVo(options => arguments.Setup.Apply(options, path, arguments)).AddMusicCodec()
            .AddStemSeparator(options => options.Path = arguments.Prompts.Separator);
        ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            LeVoModel model = provider.GetRequiredService<LeVoModel>();
            provider.GetRequiredService<IMusicCodec>(); // Its faults are told before the first song.
            return new(provider.GetRequiredService<ISongGenerator>(), model.Check, model.Info.MaxDuration, provider,
                model.Info.Hash)
            {
                Prompts = provider.GetRequiredService<PromptLoader>(),
            };
        }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    public void Dispose() => Owner.Dispose();

    /// <summary>
    /// A small model gains little from a second thread. On a busy machine it loses much, since OpenMP's threads wait for
    /// each other thousands of times a second (ten times slower, measured on two busy cores).
    /// </summary>
    private static int ThreadsFor(string path)
    {
        const long Small = 256 << 20;
        long bytes = File.Exists(path)
            ? new FileInfo(path).Length
            : new DirectoryInfo(path).EnumerateFiles().Where(file => file.Name.Contains("model", StringComparison.Ordinal)
                || file.Extension == ".gguf").Sum(file => file.Length);
        return bytes < Small ? 1 : Environment.ProcessorCount;
    }
}
