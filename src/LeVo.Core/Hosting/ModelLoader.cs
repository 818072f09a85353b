using LeVo.Core.Generation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Core.Hosting;

/// <summary>Loads a model when the host starts, without holding up the start. A stopping host stops it.</summary>
internal sealed partial class ModelLoader : IHostedService
{
    private readonly IServiceProvider provider;
    private readonly object? key;
    private readonly ModelSource source;
    private readonly ILogger logger;
    private readonly string model;

    /// <param name="provider">The application's services.</param>
    /// <param name="key">The name of the model, or null.</param>
    public ModelLoader(IServiceProvider provider, object? key)
    {
        (this.provider, this.key) = (provider, key);
        source = provider.GetRequiredKeyedService<ModelSource>(key);
        logger = provider.GetService<ILogger<ModelLoader>>() ?? NullLogger<ModelLoader>.Instance;
        model = key is null ? "The model" : $"The model '{key}'";
    }

    /// <summary>The loading that the start began; it ends without an exception.</summary>
    internal Task Finished { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Finished = LoadAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await source.StopAsync(cancellationToken).ConfigureAwait(false);
        await Finished.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LoadAsync()
    {
        LogLoading(model);
        long began = TimeProvider.System.GetTimestamp();
        try
        {
            if (source.HasCodec && provider.GetKeyedService<ISongGenerator>(key) is LoadedSongGenerator songs)
                await songs.GetAsync(null, CancellationToken.None).ConfigureAwait(false);
            else if (provider.GetKeyedService<ITokenGenerator>(key) is LoadedTokenGenerator tokens)
                await tokens.GetAsync(null, CancellationToken.None).ConfigureAwait(false);
            LogLoaded(model, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            LogStopped(model);
        }
        catch (Exception e)
        {
            // The host goes on: the health check reports the failure, and so does every song.
            LogFailed(e, model, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} is being loaded.")]
    private partial void LogLoading(string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} is loaded, in {Seconds:F1} s.")]
    private partial void LogLoaded(string model, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Model} is not loaded: the host stops.")]
    private partial void LogStopped(string model);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Model} can't be loaded: {Problem} The next song tries again.")]
    private partial void LogFailed(Exception exception, string model, string problem);
}
