using LeVo.Core.Generation;
using LeVo.Samples.Compose;

namespace LeVo.Samples.Tests.Compose;

public sealed class ProgressLineTests
{
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    [Fact]
    public void ALineTellsStagePercentRateAndTimeLeft()
    {
        Assert.Equal("song: writing tokens  42 %  21.0 steps/s  0:02 left", ProgressLine.Text("song", Tokens(42, 2)));
        Assert.Equal("song: writing tokens   0 %", ProgressLine.Text("song", Tokens(0, 0)));
        Assert.Equal("song: writing tokens 100 %  10.0 steps/s", ProgressLine.Text("song", Tokens(100, 10)));
        Assert.Equal("a: making sound  50 %  0.0 steps/s  1:01:01 left",
            ProgressLine.Text("a", new(SongStage.Audio, 1, 2, TimeSpan.FromSeconds(3661))));
    }

    [Fact]
    public void AFileGetsFewLinesInOrder()
    {
        var clock = new ManualClock();
        var progress = new ProgressLine(new Terminal(output, error), "song", clock);
        for (int done = 0; done <= 100; done++)
        {
            progress.Report(Tokens(done, done));
            clock.Seconds += 0.25;
        }
        progress.Report(new(SongStage.Audio, 0, 11, TimeSpan.Zero));
        string[] lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["  0 %", " 40 %", " 80 %", "100 %", "  0 %"],
            lines.Select(line => line[(line.IndexOf('%') - 4)..][..5]));
        Assert.DoesNotContain('\r', error.ToString());
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void ALiveLineIsReplacedCutAndRemoved()
    {
        var terminal = new Terminal(output, error, () => 31);
        terminal.Show(new string('x', 40));
        terminal.Show("short");
        terminal.WriteMessage("warning: odd");
        terminal.Show("again");
        terminal.Clear();
        terminal.Clear();
        Assert.Equal(
            "\r" + new string('x', 30) + "\rshort" + new string(' ', 25) + "\r     \rwarning: odd\n\ragain\r     \r",
            error.ToString());
    }

    [Fact]
    public void ResultsGoToTheirOwnStream()
    {
        var terminal = new Terminal(output, error);
        terminal.WriteResult("done");
        Assert.Equal(("done\n", ""), (output.ToString(), error.ToString()));
    }

    private static GenerationProgress Tokens(int done, double seconds) =>
        new(SongStage.Tokens, done, 100, TimeSpan.FromSeconds(seconds));

    private sealed class ManualClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }
}
