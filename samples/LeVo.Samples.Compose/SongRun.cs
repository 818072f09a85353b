using System.Globalization;
using LeVo.Core.Generation;

namespace LeVo.Samples.Compose;

/// <summary>Makes the songs of a plan and saves each as soon as it is its turn.</summary>
internal sealed class SongRun(
    Terminal terminal, Arguments arguments, LoadedModel model, OutputFolder output, IReadOnlyList<PlannedSong> songs)
{
    /// <summary>Makes all songs.</summary>
    /// <returns>The number of songs that could not be made.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; finished songs are saved.</exception>
    public async Task<int> MakeAsync(CancellationToken cancellation)
    {
        UnfinishedRun run = output.Begin(arguments, songs, model.Hash);
        var started = new Queue<(int Index, Task<Song>? Song)>();
        int next = 0, finished = 0, failed = 0;
        try
        {
            while (finished + failed < songs.Count)
            {
                for (; next < songs.Count && started.Count < arguments.Songs.Parallel; next++)
                    started.Enqueue((next, Start(next, run, cancellation)));
                (int index, Task<Song>? song) = started.Peek();
                try
                {
                    await FinishAsync(songs[index], Title(index), song, run);
                    finished++;
                }
                catch (ArgumentException e)
                {
                    terminal.WriteMessage($"error: {Title(index)}: {e.Message}");
                    failed++;
                }
                started.Dequeue();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.WriteMessage($"interrupted; {finished} of {songs.Count} songs are finished; the same command resumes");
            throw;
        }
        finally
        {
            // Songs that were computed together end before the model is freed.
            await Task.WhenAll(started.Select(entry => entry.Song ?? Task.CompletedTask)).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
        }
        run.End();
        return failed;
    }

    private string Title(int index) =>
        songs.Count == 1 ? songs[0].Input.Index : $"[{index + 1}/{songs.Count}] {songs[index].Input.Index}";

    /// <summary>Starts a song; null if an earlier run has finished it.</summary>
    private Task<Song>? Start(int index, UnfinishedRun run, CancellationToken cancellation)
    {
        PlannedSong song = songs[index];
        if (run.IsFinished(song.Input) && song.Type.Files().All(file => File.Exists(output.PathOf(song.Input, file))))
            return null;
        IProgress<GenerationProgress> progress = arguments.Songs.Progress == ProgressFormat.Json
            ? new JsonProgress(terminal, song.Input.Index)
            : new ProgressLine(terminal, Title(index));
        return MakeAsync();

        // Asynchronous, so that a refusal is this song's alone.
        async Task<Song> MakeAsync()
        {
            SongRequest request = await song.WithPromptAsync(model.Prompts, cancellation);
            request = request with { ProgressPath = run.ProgressPathOf(song.Input) };
            return song.Tokens is { } tokens
                ? await model.Generator.DecodeAsync(tokens, request, progress, cancellation)
                : await model.Generator.GenerateAsync(request, progress, cancellation);
        }
    }

    /// <summary>Waits for a song and saves it. A song that is made is also saved, interrupted or not.</summary>
    private async Task FinishAsync(PlannedSong planned, string title, Task<Song>? started, UnfinishedRun run)
    {
        IReadOnlyList<SongFile> files = planned.Type.Files();
        if (started is null)
        {
            output.Add(planned.Input, files);
            terminal.WriteMessage($"{title}: finished before");
            return;
        }
        Song song = await started;
        await song.SaveAsync(output.PathOf(planned.Input, files[0]), CancellationToken.None);
        output.SaveTokens(planned.Input, song.Tokens);
        output.Add(planned.Input, files);
        run.Finish(planned.Input);
        if (song.Tokens.Frames == 0)
            terminal.WriteMessage($"warning: {title}: the model ended the song at once; another --seed may do better");
        foreach (SongFile file in files)
            terminal.WriteResult(output.PathOf(planned.Input, file));
        terminal.WriteMessage(string.Create(CultureInfo.InvariantCulture, $"{title}: "
            + $"{song.Audio.Duration.TotalSeconds:0.0} s; tokens took {song.TokenTime.TotalSeconds:0.0} s, "
            + $"sound {song.AudioTime.TotalSeconds:0.0} s"));
    }
}
