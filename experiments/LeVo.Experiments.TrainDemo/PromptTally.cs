using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Songs whose recognised style is that of a prompt.</summary>
/// <param name="Songs">Songs counted.</param>
/// <param name="Singer">Songs with the prompt's singer.</param>
/// <param name="Genre">Songs with the prompt's genre.</param>
/// <param name="Instrument">Songs with the prompt's instrument.</param>
/// <param name="Tempo">Songs with the prompt's tempo.</param>
/// <param name="Errors">Phone errors against the requested lyrics.</param>
/// <param name="Phones">Phones of the requested lyrics.</param>
internal sealed record PromptTally(int Songs, int Singer, int Genre, int Instrument, int Tempo, int Errors, int Phones)
{
    public static PromptTally None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    public PromptTally Add(HeardSong heard, MiniStyle prompt) => new(
        Songs + 1, Singer + One(heard.Singer == prompt.Singer), Genre + One(heard.Genre == prompt.Genre),
        Instrument + One(heard.Instrument == prompt.Instrument), Tempo + One(heard.Tempo == prompt.Tempo),
        Errors + heard.Errors, Phones + heard.Phones);

    public override string ToString() => FormattableString.Invariant(
        $"{Songs} songs: singer {Share(Singer)}, genre {Share(Genre)}, instrument {Share(Instrument)}, tempo {Share(Tempo)}, phone error {(double)Errors / Math.Max(1, Phones):P1}");

    private string Share(int count) => FormattableString.Invariant($"{(double)count / Math.Max(1, Songs):P0}");

    private static int One(bool agrees) => agrees ? 1 : 0;
}
